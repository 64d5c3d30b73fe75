-- materialized
-- Visits: the sessions in which a visitor viewed pages, without a pause of so many minutes, or under one session id when
-- the sender gave one. A visit belongs to the instant of its first page view (began), and to the account and person of
-- the first view that has an account, or else of the first; ended is its last fact but for events with its session id,
-- which are in visit_events.
select visitor, session_id, began, ended, views, events, engaged_seconds,
       cast(mod(who, 4294967296) as integer) as account,
       cast(cast(mod(who, 18446744073709551616) - mod(who, 4294967296) as double precision) / 4294967296 - 2147483648 as integer) as person
from (
  select visitor, session_id, min(case when is_page = 1 then ts end) as began, max(ts) as ended, cast(sum(is_page) as bigint) as views,
         cast(sum(1 - is_page) as bigint) as events, sum(engaged_seconds) as engaged_seconds, min(who) as who
  from {visit_facts}
  group by visitor, session_id, nth
) found
where views > 0
