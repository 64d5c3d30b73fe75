-- What movements are made of: an account's value by product line before and after each step. A step is a whole point, or
-- a day on which something changed; holds marks the rows with the balances of the point, moves those of its steps.
select b.i, b.account, b.product_line, p.from_ts, p.to_ts, b.opening, b.closing, b.missing_rate,
       1 as holds, case when {policy.within_period} = 'net' then 1 else 0 end as moves
from {balances} b
join {points} p on p.i = b.i
-- when within_period = gross
union all
select d.i, d.account, s.product_line, d.from_ts, d.to_ts,
       cast(sum(case when s.from_ts < d.from_ts then cast(round(s.monthly * r.rate) as decimal(38,0)) else 0 end) as decimal(38,0)),
       cast(sum(case when s.until_ts is null or s.until_ts >= d.to_ts then cast(round(s.monthly * r.rate) as decimal(38,0)) else 0 end) as decimal(38,0)),
       max(case when r.rate is null then s.currency end), 0, 1
from {change_days} d
join {recurring_spans} s on s.account = d.account and s.monthly > 0 and s.from_ts < d.to_ts and (s.until_ts is null or s.until_ts >= d.from_ts)
left join {rates} r on r.i = d.i and r.currency = s.currency
group by d.i, d.account, s.product_line, d.from_ts, d.to_ts
-- end
