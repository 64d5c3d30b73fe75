-- The last page view of each visit, where that lies in the points; of several at one instant the one with the largest id.
select seq, id, ts, path, url, referrer, utm_source, utm_medium, utm_campaign, account, person, visitor, began, day
from (
  select v.*, s.began, row_number() over (partition by s.visitor, s.session_id, s.began order by v.id desc nulls last) as place
  from {site_visits} s
  join {pages} v on v.visitor = s.visitor and v.ts = s.last_view and coalesce(v.session_id, '') = coalesce(s.session_id, '')
  where v.ts >= {lo} and v.ts < {hi}
) views
where place = 1
