-- materialized
-- From when until when an agreement was worth how much a month, in millionths of its currency's minor unit, and, where
-- the value ends with the span, why. An account with any subscription counts by its subscriptions, one that has only
-- contracts by those. Of two states with the same instant the one received last counts: the other's span is empty.
select agreement, account, product_line, plan, currency, monthly, from_ts, until_ts, cycle_end, end_kind, end_reason
from (
  select s.subscription_id as agreement, s.account, s.product_line, s.plan, s.currency, s.ts as from_ts,
         case when s.ended_at > s.ts and (s.next_ts is null or s.ended_at < s.next_ts) then s.ended_at else s.next_ts end as until_ts,
         cast(case when s.announced and {policy.mrr_recognition} = 'cancellation' then 0
              when s.status not in ('paused', 'canceled') then s.worth
              when s.status = 'canceled' and (s.ended_at is null or s.ended_at <= s.ts or {policy.mrr_recognition} = 'cancellation') then 0
              when s.pauses > 0 and {policy.pauses} = 'zero' then 0
              else coalesce(s.held, case when s.status = 'canceled' then s.own else 0 end) end as decimal(38,0)) as monthly,
         case s."interval" when 'day' then s.ts + s.cycles * interval '1 day' when 'week' then s.ts + s.cycles * interval '7 days'
              when 'quarter' then s.ts + s.cycles * interval '3 months' when 'year' then s.ts + s.cycles * interval '12 months'
              else s.ts + s.cycles * interval '1 month' end as cycle_end,
         coalesce(s.next_kind, s.cancel_kind, case when s.status = 'past_due' or s.next_status = 'past_due' then 'involuntary' else 'voluntary' end) as end_kind,
         coalesce(s.next_reason, s.cancel_reason) as end_reason
  from (
    -- A pause, or the rest of a period that was paid before canceling, has the value of the state before it.
    select k.*, first_value(worth) over h as held,
           cast(count(case when status = 'paused' then 1 end) over h as bigint) as pauses
    from (
      select v.*, count(worth) over w as nth,
             lead(ts) over w as next_ts, lead(status) over w as next_status, lead(cancel_kind) over w as next_kind, lead(cancel_reason) over w as next_reason,
             -- An end that was not there from the beginning, or that says why, is a cancellation ahead of its end.
             status in ('active', 'past_due') and ended_at > ts and lag(ts) over w is not null
               and (cancel_kind is not null or cancel_reason is not null or first_value(ended_at) over w is null) as announced
      from (
        select s.seq, s.ts, s.subscription_id, s.account, s.product_line, s.plan, s.currency, s.status, s.ended_at, s.cancel_kind, s.cancel_reason, s."interval", s.cycles,
               case when s.status = 'trialing' or (s.status = 'past_due' and {policy.past_due} = 'out') then 0
                    when s.status in ('active', 'past_due') and (s.discount is null or {policy.discounts} = 'in') then s.monthly
                    when s.status in ('active', 'past_due') then cast(round(s.list) as decimal(38,0)) end as worth,
               cast(round(s.list * case when {policy.discounts} = 'in' then 1 - coalesce(cast(s.discount as double precision), 0) / 100 else 1 end) as decimal(38,0)) as own
        from (
          select *, cast(coalesce(interval_count, 1) as integer) as cycles,
                 cast(amount as double precision) * coalesce(quantity, 1) * 1000000 * case "interval" when 'day' then 365 when 'week' then 52 else 1 end
                   / (case "interval" when 'day' then 12 when 'week' then 12 when 'quarter' then 3 when 'year' then 12 else 1 end * coalesce(interval_count, 1)) as list
          from {subscriptions}
        ) s
      ) v
      window w as (partition by subscription_id order by ts, seq)
    ) k
    window h as (partition by subscription_id, nth order by ts, seq)
  ) s
  union all
  select c.contract_id, c.account, null, null, c.currency, greatest(c.ts, c."start"),
         case when c.next_ts is null or c."end" < c.next_ts then c."end" else c.next_ts end,
         case when c.status = 'lost' and {policy.mrr_recognition} = 'cancellation' then 0
              when {policy.contract_spread} = 'days'
              then cast(round(cast(c.value as double precision) * 1000000 * 365 * 86400 / 12 / extract(epoch from c."end" - c."start")) as decimal(38,0))
              else c.monthly end,
         c."end", 'voluntary', null
  from (select k.*, lead(k.ts) over (partition by k.contract_id order by k.ts, k.seq) as next_ts from {contracts} k) c
  where c.account not in (select account from {subscriptions})
) spans
where until_ts is null or from_ts < until_ts
