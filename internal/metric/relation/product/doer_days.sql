-- Who did anything for an account on a day: one row for each day, account and known person, whatever counts as active.
select distinct e.day, e.account, e.person
from {events} e
where e.person > 0 and e.account <> 0 and e.day >= {lo_day} and e.day < {hi_day}{only(e.account)}
