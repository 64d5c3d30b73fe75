-- Who viewed pages on a day, from the rollup, with what came in since it was last merged; the same person may be there twice.
select u.day, coalesce(pp.person, u.actor) as person
from {rollup_visitor_day} u
left join {persons} pp on pp.actor = u.actor
where u.day >= {lo_day} and u.day < {hi_day}
