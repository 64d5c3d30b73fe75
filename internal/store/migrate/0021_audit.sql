create table audit (
  id       text primary key,
  happened bigint not null,
  who_kind text not null, -- user, key, setup, local; empty: nobody known
  who_id   text not null,
  who_name text not null,
  address  text not null,
  door     text not null,
  action   text not null,
  subject  text not null,
  was      text not null, -- JSON; empty: nothing
  became   text not null
);
create index audit_by_time on audit (happened, id);
