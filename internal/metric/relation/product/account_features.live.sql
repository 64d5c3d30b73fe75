-- materialized
-- The same from the rollup.
select distinct p.i, e.account, e.name
from {point_days} p
join {rollup_account_day_event} e on e.day = p.day
where e.account <> 0 and p.day < p.to_day and e.day >= {lo_day} and e.day < {hi_day}
