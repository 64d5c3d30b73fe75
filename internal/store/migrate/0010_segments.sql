create table segment (
  id         text primary key,
  name       text not null,
  version    bigint not null,
  deleted    bigint,
  deleted_by text
);
create unique index segment_name on segment (name) where deleted is null;
create table segment_version (
  segment_id text not null,
  version    bigint not null,
  name       text not null,
  text       text not null, -- as it is read back; tree is the same as JSON
  tree       text not null,
  saved      bigint not null,
  saved_by   text not null,
  why        text not null,
  primary key (segment_id, version)
);
