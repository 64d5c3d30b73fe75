-- materialized
-- How many known people were active on a day and had been active last on the day before it named: what rolling counts of
-- people are made of. The sums of the rollup are right but for busy people; theirs are taken out and counted anew.
select day, prev_day, n from user_return where day >= {lo_day} - 31 and day < {hi_day}
union all
select u.day, u.prev_day, -1
from user_day u
where u.actor in (select actor from {busy_actors}) and u.actor > 0 and u.day >= {lo_day} - 31 and u.day < {hi_day}
union all
select day, lag(day) over (partition by person order by day), 1
from (
  select distinct b.person, u.day
  from {rollup_user_day} u
  join {busy_actors} b on b.actor = u.actor
  where b.person > 0 and u.day >= {lo_day} - 31 and u.day < {hi_day}
) days
