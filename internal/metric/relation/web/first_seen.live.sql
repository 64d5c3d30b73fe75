-- at any instant
-- The same from the rollup, with what came in since it was last merged.
select coalesce(pp.person, u.actor) as person, min(u.first_ts) as first_seen
from {rollup_visitor_day} u
left join {persons} pp on pp.actor = u.actor
group by coalesce(pp.person, u.actor)
