-- The days of a point on which something of an account's agreements began or ended, cut to the point: the steps of its
-- movements where those are taken day by day.
select distinct p.i, e.account, greatest(p.from_ts, d.from_ts) as from_ts, least(p.to_ts, d.to_ts) as to_ts
from (
  select account, from_ts as ts from {paying_spans}
  union all
  select account, until_ts from {paying_spans} where until_ts is not null
) e
join {points} p on e.ts >= p.from_ts and e.ts < p.to_ts
join {days} d on e.ts >= d.from_ts and e.ts < d.to_ts
