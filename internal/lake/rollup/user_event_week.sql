-- user_event_week: what somebody did in a week that starts on Monday: on which of its days (bit 0 is Monday), how often,
-- and in which week they had last done it before, and on which days of that (of the account before, when it is a second
-- account of one week; null the first time). Weeks with a bit for each day answer any span of whole days; with the week
-- before at hand, somebody is counted once in a span without comparing its weeks.

-- block create
create table if not exists user_event_week (week date, account integer, actor integer, name varchar, days integer, n bigint, prev_week date, prev_days integer)

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

-- block chained
week, account, actor, name, prev_week, prev_days

-- block chain
select week, account, actor, name, lag(week) over w as prev_week, lag(days) over w as prev_days
from (
	select day - cast(extract(isodow from day) as integer) + 1 as week, account, actor, name,
		bit_or(1 << (cast(extract(isodow from day) as integer) - 1)) as days
	from {rows} as r group by day - cast(extract(isodow from day) as integer) + 1, account, actor, name
) weeks
window w as (partition by actor, name order by week, account)

-- block merge
create temp table tmp_touch as
select actor, name, min(week) as week from tmp_tail group by actor, name;
create temp table tmp_rows as
select week, account, actor, name, bit_or(days) as days, cast(sum(n) as bigint) as n
from (
	select week, account, actor, name, days, n from tmp_tail
	union all
	select u.week, u.account, u.actor, u.name, u.days, u.n
	from user_event_week u join tmp_touch t on t.actor = u.actor and t.name = u.name and u.week >= t.week
	where u.week >= (select min(week) from tmp_touch)
) s group by week, account, actor, name;
create temp table tmp_before as
select distinct on (u.actor, u.name) u.actor, u.name, u.week, u.days
from user_event_week u join tmp_touch t on t.actor = u.actor and t.name = u.name and u.week < t.week
order by u.actor, u.name, u.week desc, u.account desc;
delete from user_event_week
where week >= (select min(week) from tmp_touch)
	and exists (select 1 from tmp_touch t where t.actor = user_event_week.actor and t.name = user_event_week.name and user_event_week.week >= t.week);
insert into user_event_week (week, account, actor, name, days, n, prev_week, prev_days)
select r.week, r.account, r.actor, r.name, r.days, r.n, coalesce(lag(r.week) over w, b.week), coalesce(lag(r.days) over w, b.days)
from tmp_rows r left join tmp_before b on b.actor = r.actor and b.name = r.name
window w as (partition by r.actor, r.name order by r.week, r.account);
drop table tmp_before;
drop table tmp_rows;
drop table tmp_touch

-- block clear
delete from user_event_week where actor in (select actor from tmp_moved)

-- block moved
select day - cast(extract(isodow from day) as integer) + 1 as week, account, actor, name,
	bit_or(1 << (cast(extract(isodow from day) as integer) - 1)) as days, count(*) as n
from fact_events where seq <= {mark} and actor <> 0 and actor in (select actor from tmp_moved)
group by day - cast(extract(isodow from day) as integer) + 1, account, actor, name
