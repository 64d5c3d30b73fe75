-- user_event: when somebody first and last did a thing, and how often.

-- block create
create table if not exists user_event (account integer, actor integer, name varchar, first_day date, last_day date, n bigint)

-- block index
create index if not exists user_event_actor on user_event (actor, name);
create index if not exists user_event_name on user_event (name, last_day)

-- block tail
select account, actor, name, min(day) as first_day, max(day) as last_day, count(*) as n
from {events} as e where actor <> 0 group by account, actor, name

-- block read
select account, actor, name, min(first_day) as first_day, max(last_day) as last_day, cast(sum(n) as bigint) as n
from {rows} as r group by account, actor, name

-- block merge
create temp table tmp_sum as
select account, actor, name, min(first_day) as first_day, max(last_day) as last_day, cast(sum(n) as bigint) as n
from (
	select account, actor, name, first_day, last_day, n from tmp_tail
	union all
	select u.account, u.actor, u.name, u.first_day, u.last_day, u.n from user_event u
	where exists (select 1 from tmp_tail t where t.actor = u.actor and t.name = u.name and t.account = u.account)
) s group by account, actor, name;
delete from user_event
where exists (select 1 from tmp_tail t where t.actor = user_event.actor and t.name = user_event.name and t.account = user_event.account);
insert into user_event (account, actor, name, first_day, last_day, n)
select account, actor, name, first_day, last_day, n from tmp_sum;
drop table tmp_sum

-- block clear
delete from user_event where actor in (select actor from tmp_moved)

-- block moved
select account, actor, name, min(day) as first_day, max(day) as last_day, count(*) as n
from fact_events where seq <= {mark} and actor <> 0 and actor in (select actor from tmp_moved) group by account, actor, name
