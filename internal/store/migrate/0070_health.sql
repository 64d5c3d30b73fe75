create table scorecard (
  id         text not null,
  version    bigint not null,
  definition text not null, -- JSON
  made_by    text not null,
  changed    bigint not null,
  until      bigint,        -- when it was replaced or removed
  primary key (id, version)
);
create table judgement (
  id         text primary key,
  account    text not null,
  scorecard  text not null,
  measure    text not null,
  score      double precision,
  choice     text not null,
  reason     text not null,
  made_by    text not null,
  made       bigint not null,
  until      bigint not null
);
create index judgement_by_account on judgement (account, made);
