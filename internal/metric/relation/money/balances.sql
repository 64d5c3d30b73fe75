-- materialized
-- What each account was worth a month just before the point began and just before it ended, by product line. Both are
-- brought to the reporting currency with the rate at the point's end, so that a change of rate is no movement.
select p.i, s.account, s.product_line,
       cast(sum(case when s.from_ts < p.from_ts and (s.until_ts is null or s.until_ts >= p.from_ts)
                     then cast(round(s.monthly * r.rate) as decimal(38,0)) else 0 end) as decimal(38,0)) as opening,
       cast(sum(case when s.until_ts is null or s.until_ts >= p.to_ts
                     then cast(round(s.monthly * r.rate) as decimal(38,0)) else 0 end) as decimal(38,0)) as closing,
       max(case when r.rate is null then s.currency end) as missing_rate
from {points} p
join {recurring_spans} s on s.monthly > 0 and s.from_ts < p.to_ts and (s.until_ts is null or s.until_ts >= p.from_ts)
left join {rates} r on r.i = p.i and r.currency = s.currency
group by p.i, s.account, s.product_line
