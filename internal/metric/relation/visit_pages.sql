-- Page views with their place in their visit, from the front (nth) and from the back (nth_last), when it began, and its
-- account and person.
select visitor, session_id, began, account, person, id, ts, path, url, referrer, utm_source, utm_medium, utm_campaign, scroll_depth, place as nth, views - place + 1 as nth_last,
       cast(mod(first_view, 4294967296) as integer) as visit_account,
       cast(cast(mod(first_view, 18446744073709551616) - mod(first_view, 4294967296) as double precision) / 4294967296 - 2147483648 as integer) as visit_person
from (
  select *, row_number() over w as place, min(ts) over v as began, count(*) over v as views, min(who) over v as first_view
  from {visit_facts} where is_page = 1
  window w as (partition by visitor, session_id, nth order by ts, id), v as (partition by visitor, session_id, nth)
) placed
