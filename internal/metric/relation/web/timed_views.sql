-- Page views with how long they were looked at, to the thousandth of a second: as the sender says, or until the visitor's next
-- view, before the pause that ends a session or under one session id within two days; null where neither tells. Views are
-- only put in order of those visitors for whom the sender leaves it open.
select account, person, id, ts, ts as began, day, path, utm_source, utm_medium, utm_campaign,
       round(1000 * coalesce(engaged_seconds, case when next_ts < ts + case when session_id is null then interval '1 minute' * {policy.session_gap_minutes} else interval '2 days' end
                                                   then cast(extract(epoch from next_ts - ts) as double precision) end)) / 1000 as seconds
from (
  select account, person, id, ts, day, path, utm_source, utm_medium, utm_campaign, engaged_seconds, session_id, cast(null as timestamp) as next_ts
  from {pages} where ts >= {lo} and ts < {hi} and (engaged_seconds is not null or visitor = 0)
  union all
  select * from (
    select account, person, id, ts, day, path, utm_source, utm_medium, utm_campaign, engaged_seconds, session_id,
           lead(ts) over (partition by visitor, session_id order by ts, id) as next_ts
    from {pages}
    where ts >= {lo} and ts < {hi} + interval '2 days' and visitor in (select visitor from {pages} where engaged_seconds is null and visitor <> 0 and ts >= {lo} and ts < {hi})
  ) ordered where engaged_seconds is null
) following
