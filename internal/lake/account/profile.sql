-- What the pages of an account and of a person ask beside the standing. {mine} is (actor, person), all ids of some people,
-- {theirs} the condition that a fact is of one of these ids.

-- block people
select k.actor, k.user_id from actor_keys k where {people}

-- block people_traits
select f.actor, f.given, {traits} from fact_contacts f where f.ts <= {at} and {theirs} order by f.ts, f.seq

-- block people_seen
with last as materialized (select f.actor, f.last_ts from {user_last} f where {theirs} {only})
select m.person, max(f.ts), count(distinct f.day)
from (
  select actor, last_ts as ts, cast(null as date) as day from last where last_ts <= {at}
  union all
  select f.actor, f.ts, null from fact_events f where f.ts <= {at} and f.actor in (select actor from last where last_ts > {at}) {only}
  union all
  select f.actor, null, f.day from {user_day} f where f.day > {today} - 30 and f.day < {today} and {theirs} {only}
) f join {mine} m on m.actor = f.actor group by m.person

-- block weeks
select cast(floor(({today} - cast(extract(isodow from {today}) as integer) + 7 - f.day) / 7.0) as integer) as ago, count(distinct coalesce(p.person, f.actor))
from {user_day} f left join persons p on p.actor = f.actor
where f.day > {today} - 7 * {weeks} - 6 and f.day <= {today} and coalesce(p.person, f.actor) > 0 {only} group by 1
union all
select -1, count(distinct coalesce(p.person, f.actor))
from {user_day} f left join persons p on p.actor = f.actor
where f.day > {today} - 60 and f.day <= {today} - 30 and coalesce(p.person, f.actor) > 0 {only}

-- block staying
select coalesce(p.person, f.actor), f.status, f.role, f.ts
from fact_memberships f left join persons p on p.actor = f.actor where f.ts <= {at} {only} order by f.ts, f.seq

-- block features
select f.name, count(distinct coalesce(p.person, f.actor)), count(*)
from fact_events f left join persons p on p.actor = f.actor
where f.day > {today} - 30 and f.day <= {today} {only} {actors} group by f.name

-- block habits
with plans as (
  select distinct on (f.account) f.account, f.plan from fact_accounts f
  where f.given & {plan_bit} <> 0 and f.ts <= {at} order by f.account, f.ts desc, f.seq desc),
used as (
  select distinct p.plan, r.account, r.name from {account_day_event} r join plans p on p.account = r.account
  where r.day > {today} - 30 and r.day <= {today} and p.plan is not null)
select plan, name, count(*) from used group by plan, name
union all
select plan, null, count(distinct account) from used group by plan

-- block own_traits
select f.properties from fact_accounts f where f.ts <= {at} and f.properties is not null {only} order by f.ts, f.seq

-- block own_contact_traits
select f.properties from fact_contacts f where f.ts <= {at} and f.properties is not null {actors} order by f.ts, f.seq

-- block names
select distinct on (k.account_id) k.account_id, f.name
from fact_accounts f join (select account, account_id from account_keys where account_id in ({ids})) k on k.account = f.account
where f.given & {name_bit} <> 0 and f.ts <= {at} order by k.account_id, f.ts desc, f.seq desc

-- block contact_days
select cast(floor(({today} - cast(extract(isodow from {today}) as integer) + 7 - f.day) / 7.0) as integer) as ago, count(distinct f.day)
from {user_day} f where f.day > {today} - 7 * {weeks} - 6 and f.day <= {today} {actors} group by 1

-- block contact_memberships
select a.account_id, f.status, f.role, f.ts from fact_memberships f join account_keys a on a.account = f.account
where f.ts <= {at} {actors} order by f.ts, f.seq
