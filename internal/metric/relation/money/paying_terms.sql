-- materialized
-- From when until when an account was a customer without a gap, why that ended, and the terms before and after. returned
-- says that a term counts as won back. Money is not looked at, so no exchange rate is needed.
select account, nth, from_ts, until_ts, cycle_end, end_kind, end_reason, prev_from, prev_until, next_from,
       case when nth > 1 and {policy.reactivation} = 'reactivation'
                 and ({policy.reactivation_window} = 0 or from_ts <= prev_until + {policy.reactivation_window} * interval '1 day') then 1 else 0 end as returned
from (
  select account, nth, from_ts, nullif(until_end, timestamp '9999-01-01 00:00:00') as until_ts, cycle_end, end_kind, end_reason,
         lag(from_ts) over t as prev_from, lag(until_end) over t as prev_until, lead(from_ts) over t as next_from
  from (
    select account, nth, min(from_ts) as from_ts, max(until_end) as until_end, (array_agg(cycle_end order by from_ts, cycle_end))[1] as cycle_end,
           (array_agg(end_kind order by until_end desc, end_kind))[1] as end_kind, (array_agg(end_reason order by until_end desc, end_kind, end_reason))[1] as end_reason
    from (
      select *, cast(sum(begins) over (partition by account order by from_ts, until_end, end_kind, end_reason rows between unbounded preceding and current row) as bigint) as nth
      from (
        select account, from_ts, cycle_end, end_kind, end_reason, coalesce(until_ts, timestamp '9999-01-01 00:00:00') as until_end,
               case when from_ts <= max(coalesce(until_ts, timestamp '9999-01-01 00:00:00')) over (
                      partition by account order by from_ts, coalesce(until_ts, timestamp '9999-01-01 00:00:00'), end_kind, end_reason
                      rows between unbounded preceding and 1 preceding) then 0 else 1 end as begins
        from {paying_spans}
      ) edges
    ) numbered
    group by account, nth
  ) islands
  window t as (partition by account order by nth)
) terms
