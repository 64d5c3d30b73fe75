create table health_case (
  id       text primary key,
  account  text not null,
  state    text not null,
  verdict  text not null,
  note     text not null,
  made_by  text not null,
  opened   bigint not null,
  changed  bigint not null,
  ended     bigint,        -- when the disagreement went away
  sayings  text not null  -- JSON
);
create unique index health_case_one on health_case (account) where ended is null;
create index health_case_by_time on health_case (changed);
