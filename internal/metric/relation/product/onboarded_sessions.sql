-- Sessions in which somebody completed onboarding; none where nothing beside the figure itself is asked for.
-- when detail = told
select s.visitor, s.began, 1 as onboarded
from {sessions(onboarded)} s
join {onboarded} o on o.visitor = s.visitor and coalesce(o.session_id, '') = coalesce(s.session_id, '') and o.ts >= s.began and o.ts <= s.ended
group by s.visitor, s.began
-- end
-- when detail = left
select cast(null as integer) as visitor, cast(null as timestamp) as began, 0 as onboarded where false
-- end
