-- The terms of subscriptions in force at each instant, as known then: each began anew at its anchor.
select s.i, s.account, s."interval", coalesce(s.interval_count, 1) as every, s.anchor
from (
  select distinct on (p.i, f.subscription_id) p.i, f.account, f.status, f."interval", f.interval_count,
         min(case when f.status in ('active', 'past_due') then f.ts end) over (partition by p.i, f.subscription_id) as anchor
  from {points} p join {known_subscriptions} f on f.known_ts < p.to_ts
  order by p.i, f.subscription_id, f.ts desc, f.seq desc
) s
where s.status in ('active', 'past_due') and s.anchor is not null
