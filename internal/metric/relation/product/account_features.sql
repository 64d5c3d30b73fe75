-- materialized
-- Which account did which thing in the days of each point.
select distinct p.i, e.account, e.name
from {point_days} p
join (select distinct day, account, name from {events} where account <> 0 and day >= {lo_day} and day < {hi_day}) e on e.day = p.day
where p.day < p.to_day
