-- Invoices of the year before each instant that were past due then, by their last state known then, and for how many days the oldest.
select i, account, count(*), cast(max(extract(epoch from to_ts - due_at)) / 86400 as double precision)
from (
  select distinct on (p.i, f.invoice_id) p.i, p.to_ts, f.account, f.status, f.due_at
  from {points} p join {known_invoices} f on f.known_ts < p.to_ts and f.ts >= p.to_ts - interval '365 days'
  order by p.i, f.invoice_id, f.ts desc, f.seq desc
) v
where status in ('open', 'disputed') and due_at < to_ts
group by i, account
