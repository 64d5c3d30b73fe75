-- The same from the rollup, with what came in since it was last merged. The rows are chosen before they are joined: DuckDB
-- takes the days of 10 000 accounts through the join otherwise, to keep those of one.
select distinct u.day, u.account, coalesce(pp.person, u.actor) as person
from (
  select day, account, actor from {rollup_user_day} u
  where u.day >= {lo_day} - 31 and u.day < {hi_day}{only_scope}
) u
left join {persons} pp on pp.actor = u.actor
where coalesce(pp.person, u.actor) > 0
