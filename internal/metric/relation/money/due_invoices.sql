-- Invoices whose due date lies in the point, by their last state known, and whether they were paid in full by the end of
-- their due day. At the rate of the point's end.
select p.i, v.account, v.invoice_id, v.status, d.to_ts as deadline, case when v.status = 'paid' and coalesce(v.paid_at, v.ts) < d.to_ts then 1 else 0 end as on_time,
       cast(round(v.amount * 1000000 * r.rate) as decimal(38,0)) as amount, case when r.rate is null then v.currency end as missing_rate
from {points} p
join {invoices_spans} v on v.until_ts is null and v.due_at >= p.from_ts and v.due_at < p.to_ts
join {days} d on v.due_at >= d.from_ts and v.due_at < d.to_ts
left join {rates} r on r.i = p.i and r.currency = v.currency
