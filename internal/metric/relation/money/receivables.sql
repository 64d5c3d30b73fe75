-- What is open on each invoice just before a point's end, at the rate of that end, and when its due day is over.
select p.i, s.account, s.invoice_id, s.currency, p.to_ts, coalesce(d.to_ts, s.due_at + interval '1 day') as deadline,
       cast(round((s.amount - coalesce(s.paid_amount, 0)) * 1000000 * r.rate) as decimal(38,0)) as outstanding, case when r.rate is null then s.currency end as missing_rate
from {points} p
join {invoices_spans} s on s.ts < p.to_ts and (s.until_ts is null or s.until_ts >= p.to_ts) and coalesce(s.issued_at, s.ts) < p.to_ts
left join {days} d on s.due_at >= d.from_ts and s.due_at < d.to_ts
left join {rates} r on r.i = p.i and r.currency = s.currency
where s.status in ('open', 'disputed')
