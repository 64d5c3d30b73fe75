-- The same from the rollup, with what came in since it was last merged.
select u.account, u.day
from {rollup_account_day_event} u
where u.account <> 0 and u.day >= {lo_day} - {policy.inactive_days} and u.day < {hi_day}{only_scope}
