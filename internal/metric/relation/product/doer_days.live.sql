-- The same from the rollup, with what came in since it was last merged.
select distinct u.day, u.account, coalesce(pp.person, u.actor) as person
from (
  select day, account, actor from {rollup_user_day} u
  where u.account <> 0 and u.day >= {lo_day} and u.day < {hi_day}{only(u.account)}
) u
left join {persons} pp on pp.actor = u.actor
where coalesce(pp.person, u.actor) > 0
