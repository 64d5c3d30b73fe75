-- user_day: who did anything in the product on a day, for which account, and when that actor had last done anything
-- before (the same day when it is a second account; null the first time). With the day before at hand a rolling count
-- of distinct people is two sums: somebody is counted in a window of w days from greatest(day, prev_day + w) until
-- day + w. user_return has how many known people came on a day and had come last on another: the same two sums over
-- a few thousand rows.

-- block create
create table if not exists user_day (day date, account integer, actor integer, prev_day date);
create table if not exists user_return (day date, prev_day date, n bigint)

-- block index
create index if not exists user_day_actor on user_day (actor, day);
create index if not exists user_day_day on user_day (day)

-- block columns
day, account, actor

-- block tail
select distinct day, account, actor from {events} as e where actor <> 0

-- block read
select distinct day, account, actor from {rows} as r

-- block chained
day, actor, prev_day

-- block chain
select day, account, actor, lag(day) over (partition by actor order by day, account) as prev_day from (
	select distinct day, account, actor from {rows} as r
) chained

-- block sums user_return
select day, prev_day, count(*) as n from user_day where actor > 0 group by day, prev_day

-- block merge
create temp table tmp_new as
select t.day, t.account, t.actor from tmp_tail t
where not exists (select 1 from user_day u where u.actor = t.actor and u.day = t.day and u.account = t.account);
create temp table tmp_last as
select actor, max(day) as last_day from user_day where actor in (select actor from tmp_new) group by actor;
create temp table tmp_late as
select distinct n.actor from tmp_new n join tmp_last l on l.actor = n.actor where n.day < l.last_day;
insert into tmp_new select day, account, actor from user_day where actor in (select actor from tmp_late);
delete from user_day where actor in (select actor from tmp_late);
delete from tmp_last where actor in (select actor from tmp_late);
insert into user_day (day, account, actor, prev_day)
select n.day, n.account, n.actor, coalesce(lag(n.day) over (partition by n.actor order by n.day, n.account), l.last_day)
from tmp_new n left join tmp_last l on l.actor = n.actor;
delete from user_return where day in (select day from tmp_new);
insert into user_return (day, prev_day, n)
select day, prev_day, count(*) from user_day where actor > 0 and day in (select day from tmp_new) group by day, prev_day;
drop table tmp_late;
drop table tmp_last;
drop table tmp_new

-- block clear
delete from user_return where day in (select day from user_day where actor in (select actor from tmp_moved));
delete from user_day where actor in (select actor from tmp_moved);
insert into user_return (day, prev_day, n)
select u.day, u.prev_day, count(*) from user_day u
where u.actor > 0 and not exists (select 1 from user_return r where r.day = u.day) group by u.day, u.prev_day

-- block touched
actor <> 0 and actor in (select actor from tmp_moved)
