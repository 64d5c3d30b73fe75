-- How long an account was a customer for the first time: from when until when, and when its first cycle ended. A gap of
-- less than a day, as when a plan is switched, is no end.
select account, min(from_ts) as from_ts, nullif(max(coalesce(until_ts, timestamp '9999-01-01 00:00:00')), timestamp '9999-01-01 00:00:00') as until_ts,
       min(case when nth = 1 then cycle_end end) as cycle_end
from (
  select *, cast(sum(case when from_ts > prev_until + interval '1 day' then 1 else 0 end) over (partition by account order by nth rows between unbounded preceding and current row) as bigint) as life
  from {paying_terms}
) terms
where life = 0
group by account
