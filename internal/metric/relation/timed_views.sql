-- Page views with how long they were looked at: as the sender says, or until the visitor's next view; null where neither tells.
select account, person, id, ts, ts as began, day, path, utm_source, utm_medium, utm_campaign,
       coalesce(engaged_seconds, case when next_ts < ts + interval '1 minute' * {policy.session_gap_minutes} or session_id is not null
                                      then cast(extract(epoch from next_ts - ts) as double precision) end) as seconds
from (
  select account, person, id, ts, day, path, utm_source, utm_medium, utm_campaign, engaged_seconds, session_id,
         lead(ts) over (partition by visitor, session_id order by ts, id) as next_ts
  from {pages} where visitor <> 0 and ts >= {lo} and ts < {hi} + interval '2 days'
  union all
  select account, person, id, ts, day, path, utm_source, utm_medium, utm_campaign, engaged_seconds, session_id, null
  from {pages} where visitor = 0 and ts >= {lo} and ts < {hi}
) following
