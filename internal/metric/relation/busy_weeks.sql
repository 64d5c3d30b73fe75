-- materialized
-- The weeks of busy users, and what of them waits to be merged. Kept apart, so that where there are none nothing is read.
select b.person, u.week, u.name, u.days
from {rollup_user_event_week} u
join {busy_users} b on b.actor = u.actor
where b.person > 0 and u.week > {lo_day} - 7 and u.week < {hi_day}
