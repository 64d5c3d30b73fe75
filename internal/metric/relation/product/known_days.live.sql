-- The same from the rollup, with what came in since it was last merged.
select u.day, u.account, coalesce(pp.person, u.actor) as person
from {rollup_user_day} u
left join {persons} pp on pp.actor = u.actor
where coalesce(pp.person, u.actor) > 0
