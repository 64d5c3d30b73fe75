-- materialized
-- From when until when an account paid without a gap of a day or more, each time it came, and when its first cycle then
-- ended: null where orders alone make it a customer.
select account, life, min(from_ts) as from_ts, nullif(max(coalesce(until_ts, timestamp '9999-01-01 00:00:00')), timestamp '9999-01-01 00:00:00') as until_ts,
       (array_agg(cycle_end order by nth))[1] as cycle_end
from (
  select *, cast(sum(case when from_ts > prev_until + interval '1 day' then 1 else 0 end) over (partition by account order by nth rows between unbounded preceding and current row) as bigint) as life
  from {paying_terms}
) terms
group by account, life
