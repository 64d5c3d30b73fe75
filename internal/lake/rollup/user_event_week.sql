-- user_event_week: what somebody did in a week that starts on Monday: on which of its days (bit 0 is Monday), and how
-- often. Weeks with a bit for each day answer any span of whole days, from a fifth of the rows that days would take.

-- block create
create table if not exists user_event_week (week date, account integer, actor integer, name varchar, days integer, n bigint)

-- block index
create index if not exists user_event_week_actor on user_event_week (actor, name);
create index if not exists user_event_week_week on user_event_week (week)

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

-- block merge
create temp table tmp_sum as
select week, account, actor, name, bit_or(days) as days, cast(sum(n) as bigint) as n
from (
	select week, account, actor, name, days, n from tmp_tail
	union all
	select u.week, u.account, u.actor, u.name, u.days, u.n from user_event_week u
	where u.week in (select week from tmp_tail)
		and exists (select 1 from tmp_tail t where t.actor = u.actor and t.name = u.name and t.account = u.account and t.week = u.week)
) s group by week, account, actor, name;
delete from user_event_week
where week in (select week from tmp_tail)
	and exists (select 1 from tmp_tail t where t.actor = user_event_week.actor and t.name = user_event_week.name
		and t.account = user_event_week.account and t.week = user_event_week.week);
insert into user_event_week (week, account, actor, name, days, n)
select week, account, actor, name, days, n from tmp_sum;
drop table tmp_sum

-- block clear
delete from user_event_week where actor in (select actor from tmp_moved)

-- block moved
select day - cast(extract(isodow from day) as integer) + 1 as week, account, actor, name,
	bit_or(1 << (cast(extract(isodow from day) as integer) - 1)) as days, count(*) as n
from fact_events where seq <= {mark} and actor <> 0 and actor in (select actor from tmp_moved)
group by day - cast(extract(isodow from day) as integer) + 1, account, actor, name
