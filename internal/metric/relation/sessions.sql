-- Sessions: what one visitor did without a pause of 30 minutes, or under one session id when the sender gave one.
-- Two days on either side are read along, so that a session across the edge of the period is whole; it belongs to the
-- instant at which it began, and to the account of its first fact that has one.
select visitor, min(ts) as began,
       coalesce((array_agg(account order by ts, seq) filter (where account <> 0))[1], 0) as account,
       (array_agg(person order by ts, seq))[1] as person,
       cast(sum(is_page) as bigint) as views, cast(sum(1 - is_page) as bigint) as events
from (
  select visitor, ts, seq, account, person, is_page, session_id,
         sum(is_start) over (partition by visitor, session_id order by ts, seq rows between unbounded preceding and current row) as nth
  from (
    select visitor, ts, seq, account, person, is_page, session_id,
           case when session_id is not null then 0
                when lag(ts) over (partition by visitor, session_id order by ts, seq) > ts - interval '30 minutes' then 0
                else 1 end as is_start
    from (
      select visitor, ts, seq, account, person, session_id, 1 as is_page from {pages}
      where visitor <> 0 and ts >= {lo} - interval '2 days' and ts < {hi} + interval '2 days'
      union all
      select visitor, ts, seq, account, person, session_id, 0 from {events}
      where visitor <> 0 and ts >= {lo} - interval '2 days' and ts < {hi} + interval '2 days'
    ) stream
  ) marked
) numbered
group by visitor, session_id, nth
having sum(is_page) > 0
