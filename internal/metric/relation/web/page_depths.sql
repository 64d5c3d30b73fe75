-- How deep a page was seen at most during a visit, to the thousandth of a percent, for every visit to a page that says so. The visit of a view is looked up by
-- its day, which databases do many times faster than between two limits; visits across midnight are few. Only of visits that
-- began in the points.
select visitor, began, max(day) as day, max(account) as account, max(person) as person, path, round(1000 * max(scroll_depth)) / 1000 as depth
from (
  select s.visitor, s.session_id, s.began, s.day, s.account, s.person, v.path, v.scroll_depth
  from {site_visits} s
  join {visit_pages} v on v.visitor = s.visitor and cast(v.ts as date) = cast(s.began as date) and coalesce(v.session_id, '') = coalesce(s.session_id, '')
  where v.scroll_depth is not null and v.ts >= {lo} and s.began >= {lo} and v.ts >= s.began and v.ts <= s.last_view{only(s.account)}
  union all
  select s.visitor, s.session_id, s.began, s.day, s.account, s.person, v.path, v.scroll_depth
  from {site_visits} s
  join {visit_pages} v on v.visitor = s.visitor and coalesce(v.session_id, '') = coalesce(s.session_id, '')
  where v.scroll_depth is not null and v.ts >= {lo} and s.began >= {lo} and cast(s.last_view as date) > cast(s.began as date) and cast(v.ts as date) > cast(s.began as date) and v.ts <= s.last_view{only(s.account)}
) seen
group by visitor, session_id, began, path
