-- Which accounts paid just before the point began and just before it ended, and whether they ever paid before it. Of one
-- that came in the point: whether it counts as won back; of one that is gone: when it left, why, and when it is back.
select p.i, t.account,
       max(case when t.from_ts < p.from_ts and (t.until_ts is null or t.until_ts >= p.from_ts) then 1 else 0 end) as was_customer,
       max(case when t.until_ts is null or t.until_ts >= p.to_ts then 1 else 0 end) as is_customer,
       max(case when t.from_ts < p.from_ts then 1 else 0 end) as paid_before,
       max(case when t.from_ts >= p.from_ts and (t.prev_from is null or t.prev_from < p.from_ts) then t.returned else 0 end) as returned,
       max(case when t.next_from is null or t.next_from >= p.to_ts then t.until_ts end) as left_ts,
       max(case when t.next_from is null or t.next_from >= p.to_ts then t.end_kind end) as end_kind,
       max(case when t.next_from is null or t.next_from >= p.to_ts then t.end_reason end) as end_reason,
       max(case when t.next_from >= p.to_ts then t.next_from end) as next_from
from {points} p
join {paying_terms} t on t.from_ts < p.to_ts
group by p.i, t.account
