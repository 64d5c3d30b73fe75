create table account_view (
  id      text primary key,
  owner   text not null,
  name    text not null,
  shared  bigint not null, -- 1: everybody sees it
  query   text not null,
  created bigint not null
);
create index account_view_by_owner on account_view (owner);
create table account_note (
  id         text primary key,
  account_id text not null,
  text       text not null,
  author     text not null,
  created    bigint not null
);
create index account_note_by_account on account_note (account_id, created);
create table account_tag (
  account_id text not null,
  tag        text not null,
  author     text not null,
  created    bigint not null,
  primary key (account_id, tag)
);
create index account_tag_by_tag on account_tag (tag, account_id);
create table undo (
  id      text primary key,
  owner   text not null,
  what    text not null, -- JSON
  created bigint not null
);
