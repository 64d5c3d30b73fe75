-- How often each thing was done for an account on a day.
select e.account, e.day, e.name, count(*) as n
from {events} e
where e.account <> 0 and e.day >= {lo_day} and e.day < {hi_day}
group by e.account, e.day, e.name
