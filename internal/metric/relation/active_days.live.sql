-- The same from the rollup, with what came in since it was last merged.
select distinct u.day, u.account, coalesce(pp.person, u.actor) as person
from (
  select day, account, actor from user_day where day >= {lo_day} - 31 and day < {hi_day}
  union all
  select day, account, actor from fact_events where seq > {mark} and day >= {lo_day} - 31 and day < {hi_day}
) u
left join {persons} pp on pp.actor = u.actor
where coalesce(pp.person, u.actor) > 0
