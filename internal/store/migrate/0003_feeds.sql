create table sighting (
  source     text not null,
  kind       text not null,
  first_seen bigint not null,
  last_seen  bigint not null,
  seen       bigint not null,
  verdict    text not null,
  primary key (source, kind)
);
create table verdict (
  id       text primary key,
  happened bigint not null,
  place    bigint not null, -- in the batch it came with
  source   text not null,
  kind     text not null,
  subject  text not null,
  verdict  text not null,
  reason   text not null
);
create index verdict_by_time on verdict (happened, place, id);
