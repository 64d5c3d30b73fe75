-- Visits in which a goal was reached.
select distinct s.visitor, s.began
from {site_visits} s
join {goal_facts} g on g.visitor = s.visitor
  and case when s.session_id is null then g.session_id is null and g.ts >= s.began and g.ts <= s.ended else g.session_id = s.session_id end
