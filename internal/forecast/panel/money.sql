-- What each account paid at an instant (look 0) and ninety days before (look 1), as known at the instant: monthly value in
-- millionths of the minor unit, seats, the longest billing period in months, agreements that are past due, and those whose end
-- was announced. since is when it first paid, ends the next end of an open contract.
with looks as (
  select i, 0 as look, to_ts as look_ts, to_ts as known_ts from {points}
  union all
  select i, 1, to_ts - interval '90 days', to_ts from {points}
),
subscribed as (
  select distinct on (l.i, l.look, f.subscription_id) l.i, l.look, l.look_ts, f.account, f.currency, f.status, f.monthly, f.quantity, f."interval", f.interval_count, f.ended_at, f.cancel_kind, f.cancel_reason
  from looks l join {known_subscriptions} f on f.ts < l.look_ts and f.known_ts < l.known_ts
  order by l.i, l.look, f.subscription_id, f.ts desc, f.seq desc
),
firsts as (
  select i, account, min(since) as since
  from (
    select p.i, f.account, f.ts as since from {points} p join {known_subscriptions} f on f.known_ts < p.to_ts and f.status in ('active', 'past_due')
    union all
    select p.i, f.account, f."start" from {points} p join {known_contracts} f on f.known_ts < p.to_ts
  ) began
  group by i, account
),
agreements as (
  select s.i, s.look, s.account, s.currency, coalesce(s.quantity, 1) as seats,
         coalesce(s.interval_count, 1) * case s."interval" when 'year' then 12 when 'quarter' then 3 when 'month' then 1 else 0 end as months,
         case when s.status in ('active', 'past_due') and (s.status = 'active' or {policy.past_due} <> 'out') and (s.ended_at is null or s.ended_at >= s.look_ts) then s.monthly else 0 end as monthly,
         case when s.status = 'past_due' then 1 else 0 end as past_due,
         case when s.ended_at >= s.look_ts and (s.status = 'canceled' or s.cancel_kind is not null or s.cancel_reason is not null) then 1 else 0 end as announced,
         cast(null as timestamp) as ends, 1 as counts
  from subscribed s
  union all
  select c.i, c.look, c.account, c.currency, 1, 12,
         case when c."start" < c.look_ts and c."end" >= c.look_ts then c.monthly else 0 end, 0,
         case when c.status = 'lost' and c."end" >= c.look_ts then 1 else 0 end,
         case when c.status = 'open' and c."end" >= c.look_ts then c."end" end,
         case when o.account is null then 1 else 0 end -- who has any subscription pays by those; contracts then only say when they end
  from (
    select distinct on (l.i, l.look, f.contract_id) l.i, l.look, l.look_ts, f.account, f.currency, f.status, f.monthly, f."start", f."end"
    from looks l join {known_contracts} f on f.ts < l.look_ts and f.known_ts < l.known_ts
    order by l.i, l.look, f.contract_id, f.ts desc, f.seq desc
  ) c
  left join (select distinct i, look, account from subscribed) o on o.i = c.i and o.look = c.look and o.account = c.account
)
select a.i, a.account,
       cast(sum(case when a.look = 0 and a.counts = 1 then round(cast(a.monthly as double precision) * cast(r.rate as double precision)) else 0 end) as double precision) as monthly,
       cast(sum(case when a.look = 1 and a.counts = 1 then round(cast(a.monthly as double precision) * cast(r.rate as double precision)) else 0 end) as double precision) as before,
       cast(sum(case when a.look = 0 and a.counts = 1 and a.monthly > 0 then a.seats else 0 end) as double precision) as seats,
       cast(max(case when a.look = 0 and a.counts = 1 and a.monthly > 0 then a.months else 0 end) as bigint) as months,
       cast(max(case when a.look = 0 and a.counts = 1 then a.past_due else 0 end) as bigint) as past_due,
       cast(max(case when a.look = 0 then a.announced else 0 end) as bigint) as announced,
       cast(max(case when a.look = 0 and a.counts = 1 and a.monthly > 0 and r.rate is null then 1 else 0 end) as bigint) as unpriced,
       min(f.since) as since, min(case when a.look = 0 then a.ends end) as ends
from agreements a
join {rates} r on r.i = a.i and r.currency = a.currency
join firsts f on f.i = a.i and f.account = a.account
group by a.i, a.account
having sum(case when a.look = 0 and a.monthly > 0 and a.counts = 1 then 1 else 0 end) > 0
