-- How many known people were active in the {1} days that end with a day, for every day on which that changed: somebody is
-- counted from the day of a visit, or from when an earlier one is {1} days old, until the visit is.
select day, cast(sum(change) over (order by day rows between unbounded preceding and current row) as bigint) as users
from (
  select day, cast(sum(change) as bigint) as change
  from (
    select case when prev_day + {1} > day then prev_day + {1} else day end as day, sum(n) as change from {returns} group by 1
    union all
    select day + {1}, -sum(n) from {returns} group by 1
  ) changes
  group by day
) daily
