-- Days on which something was done in the product for an account, back to where silence begins; a day may be there twice.
select e.account, e.day
from {events} e
where e.account <> 0 and e.day >= {lo_day} - {policy.inactive_days} and e.day < {hi_day}
