-- user_event_week: what somebody did in a week that starts on Monday: on which of its days (bit 0 is Monday) and how
-- often. Weeks with a bit for each day answer any span of whole days. user_event_return has how many known people did a
-- thing on a day and had last done it on another (null the first time), for whichever account: the distinct people of
-- any span are those of its days who had last done it before it began.

-- block create
create table if not exists user_event_week (week date, account integer, actor integer, name varchar, days integer, n bigint);
create table if not exists user_event_return (day date, name varchar, prev_day date, n bigint)

-- block index
create index if not exists user_event_week_actor on user_event_week (actor, name);
create index if not exists user_event_week_week on user_event_week (week);
create index if not exists user_event_return_day on user_event_return (day, name)

-- block columns
week, account, actor, name, days, n

-- block tail
select day - cast(extract(isodow from day) as integer) + 1 as week, account, actor, name,
	bit_or(1 << (cast(extract(isodow from day) as integer) - 1)) as days, count(*) as n
from {events} as e where actor <> 0
group by day - cast(extract(isodow from day) as integer) + 1, account, actor, name

-- block read
select week, account, actor, name, bit_or(days) as days, cast(sum(n) as bigint) as n
from {rows} as r group by week, account, actor, name

-- block sums user_event_return
select day, name, prev_day, count(*) as n
from (
	select name, day, lag(day) over (partition by actor, name order by day) as prev_day
	from (
		select distinct u.actor, u.name, u.week + d.number as day
		from user_event_week u join (values (0), (1), (2), (3), (4), (5), (6)) as d(number) on ((u.days >> d.number) & 1) = 1
		where u.actor > 0
	) days
) chained
group by day, name, prev_day

-- block merge
create temp table tmp_met as
select t.week, t.account, t.actor, t.name, t.days, t.n, u.days as had
from tmp_tail t left join user_event_week u on u.week = t.week and u.account = t.account and u.actor = t.actor and u.name = t.name
	and u.week >= (select min(week) from tmp_tail);
create temp table tmp_fresh as
select t.actor, t.name, min(t.week) as week
from tmp_met t
where t.actor > 0 and (t.had is null or (t.had & t.days) <> t.days) and not exists (
	select 1 from user_event_week u
	where u.actor = t.actor and u.name = t.name and u.week = t.week and (u.days & t.days) = t.days
		and u.week >= (select min(week) from tmp_tail))
group by t.actor, t.name;
create temp table tmp_was as
select u.actor, u.name, u.week, bit_or(u.days) as days
from user_event_week u join tmp_fresh f on f.actor = u.actor and f.name = u.name and u.week >= f.week
where u.week >= (select min(week) from tmp_fresh)
group by u.actor, u.name, u.week;
create temp table tmp_before as
select u.actor, u.name, max(u.week + case when u.days >= 64 then 6 when u.days >= 32 then 5 when u.days >= 16 then 4
	when u.days >= 8 then 3 when u.days >= 4 then 2 when u.days >= 2 then 1 else 0 end) as last_day
from user_event_week u join tmp_fresh f on f.actor = u.actor and f.name = u.name and u.week < f.week
group by u.actor, u.name;
create temp table tmp_sum as
select day, name, prev_day, cast(sum(n) as bigint) as n
from (
	select h.day, h.name, h.n, coalesce(lag(h.day) over (partition by h.n, h.actor, h.name order by h.day), b.last_day) as prev_day
	from (
		select w.n, w.actor, w.name, w.week + d.number as day
		from (
			select -1 as n, actor, name, week, days from tmp_was
			union all
			select 1 as n, actor, name, week, bit_or(days) as days
			from (
				select actor, name, week, days from tmp_was
				union all
				select t.actor, t.name, t.week, t.days from tmp_tail t join tmp_fresh f on f.actor = t.actor and f.name = t.name and t.week >= f.week
			) both_of group by actor, name, week
		) w join (values (0), (1), (2), (3), (4), (5), (6)) as d(number) on ((w.days >> d.number) & 1) = 1
	) h left join tmp_before b on b.actor = h.actor and b.name = h.name
) chained
group by day, name, prev_day having sum(n) <> 0;
drop table tmp_before;
drop table tmp_was;
drop table tmp_fresh;
insert into tmp_sum (day, name, prev_day, n)
select r.day, r.name, r.prev_day, r.n from user_event_return r
where exists (select 1 from tmp_sum t where t.day = r.day and t.name = r.name);
delete from user_event_return
where exists (select 1 from tmp_sum t where t.day = user_event_return.day and t.name = user_event_return.name);
insert into user_event_return (day, name, prev_day, n)
select day, name, prev_day, cast(sum(n) as bigint) from tmp_sum group by day, name, prev_day having sum(n) <> 0;
drop table tmp_sum;
update user_event_week set days = user_event_week.days | t.days, n = user_event_week.n + t.n
from tmp_met t
where t.had is not null and t.week = user_event_week.week and t.account = user_event_week.account and t.actor = user_event_week.actor and t.name = user_event_week.name
	and user_event_week.week >= (select min(week) from tmp_met);
insert into user_event_week (week, account, actor, name, days, n)
select week, account, actor, name, days, n from tmp_met where had is null;
drop table tmp_met

-- block clear
create temp table tmp_sum as
select day, name, prev_day, cast(-count(*) as bigint) as n
from (
	select name, day, lag(day) over (partition by actor, name order by day) as prev_day
	from (
		select distinct u.actor, u.name, u.week + d.number as day
		from user_event_week u join (values (0), (1), (2), (3), (4), (5), (6)) as d(number) on ((u.days >> d.number) & 1) = 1
		where u.actor > 0 and u.actor in (select actor from tmp_moved)
	) days
) chained
group by day, name, prev_day;
insert into tmp_sum (day, name, prev_day, n)
select r.day, r.name, r.prev_day, r.n from user_event_return r
where exists (select 1 from tmp_sum t where t.day = r.day and t.name = r.name);
delete from user_event_return
where exists (select 1 from tmp_sum t where t.day = user_event_return.day and t.name = user_event_return.name);
insert into user_event_return (day, name, prev_day, n)
select day, name, prev_day, cast(sum(n) as bigint) from tmp_sum group by day, name, prev_day having sum(n) <> 0;
drop table tmp_sum;
delete from user_event_week where actor in (select actor from tmp_moved)

-- block touched
actor <> 0 and actor in (select actor from tmp_moved)
