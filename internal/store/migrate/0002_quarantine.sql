create table quarantine (
  id       text primary key,
  source   text not null,
  kind     text not null,
  received bigint not null,
  rule     text not null,
  field    text not null,
  reason   text not null,
  body     bytea not null,
  edited   bytea,
  status   text not null,
  decided  bigint
);
create index quarantine_by_time on quarantine (received, id);
create index quarantine_by_status on quarantine (status, received, id);
