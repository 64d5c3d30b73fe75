-- Days on which an account was active in the product, whoever it was; a day may be there twice.
select e.day, e.account
from {events} e
where e.account <> 0 and e.day >= {lo_day} - 31 and e.day < {hi_day} and {policy.active_events(e.name)}
