-- bytea: PostgreSQL's name; SQLite takes any name and keeps bytes as they are.
create table api_key (
  id        text primary key,
  name      text not null,
  scope     text not null,
  hash      bytea not null unique,
  hint      text not null,
  created   bigint not null,
  last_used bigint,
  revoked   bigint
);
create unique index api_key_active_name on api_key (name) where revoked is null;
