-- Which known person used which feature in which point.
select e.i, e.account, e.person, e.name as feature
from {during(events)} e
where e.person > 0 and e.ts >= {lo} and e.ts < {hi}
