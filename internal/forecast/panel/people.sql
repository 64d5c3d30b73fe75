-- People who were said to have left the account in the ninety days before each instant.
select p.i, f.account, count(distinct f.actor)
from {points} p join {known_memberships} f on f.known_ts < p.to_ts and f.ts >= p.to_ts - interval '90 days'
where f.status = 'left' and f.account <> 0
group by p.i, f.account
