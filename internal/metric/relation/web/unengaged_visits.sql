-- Visits, and which of them were not engaged: a single view, no goal, and looked at for too short.
select s.*, case when s.views = 1 and g.visitor is null and greatest(coalesce(s.engaged_seconds, 0), cast(extract(epoch from s.ended - s.began) as double precision)) < {policy.engaged_seconds} then 1 else 0 end as bounced
from {site_visits} s
left join {visit_goals} g on g.visitor = s.visitor and g.began = s.began
