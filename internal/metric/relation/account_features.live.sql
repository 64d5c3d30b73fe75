-- materialized
-- The same from the rollup.
select distinct p.i, e.account, e.name
from {points} p
join {rollup_account_day_event} e on e.day >= p.from_day and e.day < p.to_day
where e.account <> 0 and e.day >= {lo_day} and e.day < {hi_day}
