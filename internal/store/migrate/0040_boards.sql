create table dashboard (
  id      text primary key,
  name    text not null,
  tiles   text not null, -- JSON
  version bigint not null,
  made_by text not null,
  created bigint not null,
  changed bigint not null,
  removed bigint,
  before  text not null  -- JSON: what the last change changed, to take it back
);
create index dashboard_by_name on dashboard (name, id);
create table target (
  id       text primary key,
  metric   text not null,
  variant  text not null,
  segment  text not null,
  value    double precision not null,
  currency text not null,
  from_day text not null,
  made_by  text not null,
  created  bigint not null,
  unique (metric, variant, segment, currency, from_day)
);
