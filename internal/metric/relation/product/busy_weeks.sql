-- materialized
-- The weeks of busy people: as the sums of the rollup have them, to be taken out (sign -1, who is an actor), and as they
-- are, with what waits to be merged (sign 1, who is a person). One join for both: DuckDB then reads busy people first,
-- and where there are none nothing else.
select u.sign, case when u.sign = -1 then u.actor else b.person end as who, u.name, u.week, u.days
from (
  select -1 as sign, actor, name, week, days from user_event_week
  union all
  select 1 as sign, actor, name, week, days from {rollup_user_event_week} r
) u
join {busy_actors} b on b.actor = u.actor
where u.week > {lo_day} - 7 and u.week < {hi_day} and case when u.sign = -1 then u.actor else b.person end > 0
