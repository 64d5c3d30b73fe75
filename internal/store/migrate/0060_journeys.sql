create table journey (
  id      text primary key,
  version bigint not null,
  removed bigint
);
create table journey_version (
  journey_id text not null,
  version    bigint not null,
  definition text not null, -- JSON
  saved      bigint not null,
  saved_by   text not null,
  why        text not null,
  primary key (journey_id, version)
);
