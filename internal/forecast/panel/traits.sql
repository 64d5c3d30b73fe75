-- A trait of accounts at each instant, as known then.
select distinct on (p.i, f.account) p.i, f.account, coalesce(f."{trait}", '')
from {points} p join {known_accounts} f on f.known_ts < p.to_ts
where (f.given & {bit}) <> 0
order by p.i, f.account, f.ts desc, f.seq desc
