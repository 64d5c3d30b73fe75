-- The same from the rollup, with what came in since it was last merged.
select u.day, u.account
from {rollup_account_day_event} u
where u.account <> 0 and u.n > 0 and u.day >= {lo_day} - 31 and u.day < {hi_day}{only_scope}
