create table session (
  hash    bytea primary key,
  key_id  text not null, -- empty: of a set-up link
  name    text not null,
  scope   text not null,
  created bigint not null,
  expires bigint not null
);
create index session_by_end on session (expires);
create table setup_link (
  hash    bytea primary key,
  expires bigint not null
);
