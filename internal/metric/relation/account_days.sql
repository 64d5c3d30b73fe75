-- Days on which something was done in the product for an account, back to where silence begins.
select distinct e.account, e.day
from {events} e
where e.account <> 0 and e.day >= {lo_day} - {policy.inactive_days} and e.day < {hi_day}
