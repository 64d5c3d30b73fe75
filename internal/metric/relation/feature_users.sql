-- Which known person used which feature in which point.
select p.i, e.account, e.person, e.name as feature
from {points} p
join {events} e on e.ts >= p.from_ts and e.ts < p.to_ts
where e.person > 0 and e.ts >= {lo} and e.ts < {hi}
