-- Days on which a known person was active in the product: one row for each day, account and person.
select distinct e.day, e.account, e.person
from {events} e
where e.person > 0 and e.day >= {lo_day} - 31 and e.day < {hi_day} and {policy.active_events(e.name)}
