-- What visits are made of: page views, and the events without a session id that keep a visit alive, each with its visit:
-- visitor, session_id, and nth where the visitor's pauses tell. who is a number made of the instant, person and account of
-- a view, views with an account first: the smallest is the one a visit belongs to. Two days on either side of the points
-- are read along, so that a visit across the edge of the period is whole.
select visitor, session_id, 0 as nth, ts, 1 as is_page, id, path, url, referrer, utm_source, utm_medium, utm_campaign, scroll_depth, engaged_seconds, account, person,
       case when account = 0 then cast('1329227995784915872903807060280344576' as decimal(38,0)) else 0 end
             + cast(cast(extract(epoch from ts) * 1000000 as bigint) as decimal(38,0)) * 18446744073709551616
             + cast(person + cast(2147483648 as bigint) as decimal(38,0)) * 4294967296 + account as who
from {pages}
where visitor <> 0 and session_id is not null and ts >= {lo} - interval '2 days' and ts < {hi} + interval '2 days'
union all
select visitor, null, sum(is_start) over (partition by visitor order by ts) as nth, ts, is_page, id, path, url, referrer, utm_source, utm_medium, utm_campaign,
       scroll_depth, engaged_seconds, account, person, case when is_page = 1 then
       case when account = 0 then cast('1329227995784915872903807060280344576' as decimal(38,0)) else 0 end
             + cast(cast(extract(epoch from ts) * 1000000 as bigint) as decimal(38,0)) * 18446744073709551616
             + cast(person + cast(2147483648 as bigint) as decimal(38,0)) * 4294967296 + account end
from (
  select *, case when lag(ts) over (partition by visitor order by ts) > ts - interval '1 minute' * {policy.session_gap_minutes} then 0 else 1 end as is_start
  from (
    select visitor, ts, 1 as is_page, id, path, url, referrer, utm_source, utm_medium, utm_campaign, scroll_depth, engaged_seconds, account, person from {pages}
    where visitor <> 0 and session_id is null and ts >= {lo} - interval '2 days' and ts < {hi} + interval '2 days'
    union all
    select visitor, ts, 0, null, null, null, null, null, null, null, null, null, 0, 0 from {events}
    where visitor in (select visitor from {pages}) and visitor <> 0 and session_id is null and ts >= {lo} - interval '2 days' and ts < {hi} + interval '2 days'
  ) stream
) marked
