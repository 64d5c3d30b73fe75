-- What was billed so far (invoices that are not void, and orders), what serving and winning customers cost so far, and
-- who ever was a customer. All at the rates of the point's end.
select m.i, m.account, m.buyer, cast(round(m.billed * 1000000 * r.rate) as decimal(38,0)) as billed, cast(round(m.cost * 1000000 * r.rate) as decimal(38,0)) as cost,
       case when r.rate is null then m.currency end as missing_rate
from (
  select p.i, s.account, 0 as buyer, s.currency, s.amount as billed, 0 as cost
  from {points} p
  join {invoices_spans} s on s.ts < p.to_ts and (s.until_ts is null or s.until_ts >= p.to_ts) and coalesce(s.issued_at, s.ts) < p.to_ts
  where s.status <> 'void'
  union all
  select p.i, o.account, 0, o.currency, o.amount, 0 from {points} p join {orders} o on o.ts < p.to_ts
  union all
  select p.i, c.account, 0, c.currency, 0, c.amount from {points} p join {costs} c on c.ts < p.to_ts
  where {policy.service_costs(c.kind)} or {policy.acquisition_costs(c.kind)}
) m
left join {rates} r on r.i = m.i and r.currency = m.currency
union all
select i, account, 1, 0, 0, null
from (
  select p.i, t.account, 0 as person from {points} p join {paying_terms} t on t.from_ts < p.to_ts
  union
  select p.i, o.account, case when o.account = 0 then o.person else 0 end from {points} p join {orders} o on o.ts < p.to_ts
) customers
