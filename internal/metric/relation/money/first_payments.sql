-- materialized
-- Customers whose first recurring value began in a point: what it was then, and in which month. latest counts the months
-- of a point from its last.
select p.i, s.account, m.month as cohort, m.nth, dense_rank() over (partition by p.i order by m.month desc) as latest,
       cast(sum(cast(round(s.monthly * r.rate) as decimal(38,0))) as decimal(38,0)) as first_value, max(case when r.rate is null then s.currency end) as missing_rate
from {points} p
join (select account, min(from_ts) as first_ts from {recurring_spans} where monthly > 0 group by account) f on f.first_ts >= p.from_ts and f.first_ts < p.to_ts
join {recurring_spans} s on s.account = f.account and s.from_ts = f.first_ts and s.monthly > 0
join {months} m on f.first_ts >= m.from_ts and f.first_ts < m.to_ts
left join {rates} r on r.i = p.i and r.currency = s.currency
group by p.i, s.account, m.month, m.nth
