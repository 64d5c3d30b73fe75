-- Days of the last twelve weeks on which a known person was active for an account: one row for each day, account and person.
select distinct e.day, e.account, e.person
from {events} e
where e.person > 0 and e.account <> 0 and e.day >= {lo_day} - 84 and e.day < {hi_day} and {policy.active_events(e.name)}{only(e.account)}
