-- materialized
-- From when until when an agreement was worth how much a month, in millionths of its currency's minor unit. An account
-- with any subscription counts by its subscriptions, one that has only contracts by those. Of two states with the same
-- instant the one received last counts: the other's span is empty.
select account, product_line, currency, monthly, from_ts, until_ts
from (
  select s.account, s.product_line, s.currency, s.monthly, s.ts as from_ts,
         case when s.ended_at > s.ts and (lead(s.ts) over w is null or s.ended_at < lead(s.ts) over w) then s.ended_at
              else lead(s.ts) over w end as until_ts
  from {subscriptions} s
  window w as (partition by s.subscription_id order by s.ts, s.seq)
  union all
  select c.account, null, c.currency, c.monthly, greatest(c.ts, c."start"),
         case when lead(c.ts) over v is null or c."end" < lead(c.ts) over v then c."end" else lead(c.ts) over v end
  from {contracts} c
  where c.account not in (select account from {subscriptions})
  window v as (partition by c.contract_id order by c.ts, c.seq)
) spans
where until_ts is null or from_ts < until_ts
