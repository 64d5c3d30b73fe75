-- Invoices paid in the point, by their last state known. At the rate of the point's end.
select p.i, v.account, v.invoice_id, coalesce(v.issued_at, v.first_ts) as issued_at, v.settled_at,
       cast(round(v.amount * 1000000 * r.rate) as decimal(38,0)) as amount, case when r.rate is null then v.currency end as missing_rate
from {points} p
join (
  select k.*, coalesce(k.paid_at, k.ts) as settled_at, f.first_ts
  from {invoices_spans} k
  join (select invoice_id, min(ts) as first_ts from {invoices} group by invoice_id) f on f.invoice_id = k.invoice_id
  where k.until_ts is null
) v on v.status = 'paid' and v.settled_at >= p.from_ts and v.settled_at < p.to_ts
left join {rates} r on r.i = p.i and r.currency = v.currency
