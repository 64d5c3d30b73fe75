-- On how many of their active days known people had last been active on the day before it named: what rolling counts
-- of people are made of.
select day, prev_day, count(*) as n
from (
  select u.day, u.prev_day
  from user_day u
  left join {busy_actors} b on b.actor = u.actor
  where b.actor is null and u.actor > 0 and u.day >= {lo_day} - 31 and u.day < {hi_day}
  union all
  select day, lag(day) over (partition by person order by day)
  from (
    select distinct b.person, u.day
    from {rollup_user_day} u
    join {busy_actors} b on b.actor = u.actor
    where b.person > 0 and u.day >= {lo_day} - 31 and u.day < {hi_day}
  ) days
) all_days
group by day, prev_day
