-- Which accounts paid just before the point began and just before it ended, and whether they ever paid before it.
-- Money is not looked at, so no exchange rate is needed.
select p.i, s.account,
       max(case when s.from_ts < p.from_ts and (s.until_ts is null or s.until_ts >= p.from_ts) then 1 else 0 end) as was_customer,
       max(case when s.until_ts is null or s.until_ts >= p.to_ts then 1 else 0 end) as is_customer,
       max(case when s.from_ts < p.from_ts then 1 else 0 end) as paid_before
from {points} p
join {recurring_spans} s on s.monthly > 0 and s.from_ts < p.to_ts
group by p.i, s.account
