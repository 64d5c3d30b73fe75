create table account_file (
  id         text primary key,
  account_id text not null,
  name       text not null,
  kind       text not null, -- media type, by the name's ending
  bytes      bigint not null,
  content    bytea not null,
  author     text not null,
  created    bigint not null,
  removed    bigint -- can be undone for a day, then it is deleted
);
create index account_file_by_account on account_file (account_id, created);
create index account_file_by_removed on account_file (removed);
alter table account_note add column edited bigint;
