-- How many known people did a thing on a day and had last done it on the day before it named: adoption by feature is
-- made of it. The sums of the rollup are right but for busy people; theirs are taken out and counted anew.
select day, name, prev_day, n from user_event_return where day >= {lo_day} and day < {hi_day}
union all
select day, name, lag(day) over (partition by sign, who, name order by day), sign
from (
  select distinct b.sign, b.who, b.name, b.week + d.number as day
  from {busy_weeks} b
  join (values (0), (1), (2), (3), (4), (5), (6)) as d(number) on ((b.days >> d.number) & 1) = 1
) days
