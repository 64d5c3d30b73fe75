-- What the team and the customer did together in the year before each instant: in ninety days, and days since the last.
select p.i, f.account, cast(sum(case when f.ts >= p.to_ts - interval '90 days' then 1 else 0 end) as bigint), p.to_day - max(f.day)
from {points} p join {known_interactions} f on f.known_ts < p.to_ts and f.ts >= p.to_ts - interval '365 days' and f.kind <> 'note'
where f.account <> 0
group by p.i, p.to_day, f.account
