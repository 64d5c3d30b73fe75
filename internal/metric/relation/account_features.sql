-- materialized
-- Which account did which thing in the days of each point.
select distinct p.i, e.account, e.name
from {points} p
join (select distinct day, account, name from {events} where account <> 0 and day >= {lo_day} and day < {hi_day}) e on e.day >= p.from_day and e.day < p.to_day
