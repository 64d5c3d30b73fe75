-- Invoices issued in the point, with their last amount and status known and whether they were ever disputed. At the rate
-- of the point's end.
select p.i, v.account, v.invoice_id, f.issued as issued_at, v.status as last_status, f.disputed,
       cast(round(v.amount * 1000000 * r.rate) as decimal(38,0)) as amount, case when r.rate is null then v.currency end as missing_rate
from {points} p
join (
  select invoice_id, coalesce(min(issued_at), min(ts)) as issued, max(case when status = 'disputed' then 1 else 0 end) as disputed
  from {invoices} group by invoice_id
) f on f.issued >= p.from_ts and f.issued < p.to_ts
join {invoices_spans} v on v.until_ts is null and v.invoice_id = f.invoice_id
left join {rates} r on r.i = p.i and r.currency = v.currency
