-- visitor_day: who viewed pages on a day, and when first on it.

-- block create
create table if not exists visitor_day (day date, actor integer, first_ts timestamp)

-- block index
create index if not exists visitor_day_actor on visitor_day (actor, day);
create index if not exists visitor_day_day on visitor_day (day)

-- block columns
day, actor, first_ts

-- block tail
select day, actor, min(ts) as first_ts from {pages} as v where actor <> 0 group by day, actor

-- block read
select day, actor, min(first_ts) as first_ts from {rows} as r group by day, actor

-- block merge
insert into tmp_tail (day, actor, first_ts)
select u.day, u.actor, u.first_ts from visitor_day u
where u.day >= (select min(day) from tmp_tail) and exists (select 1 from tmp_tail t where t.actor = u.actor and t.day = u.day);
delete from visitor_day
where day >= (select min(day) from tmp_tail) and exists (select 1 from tmp_tail t where t.actor = visitor_day.actor and t.day = visitor_day.day);
insert into visitor_day (day, actor, first_ts)
select day, actor, min(first_ts) from tmp_tail group by day, actor
