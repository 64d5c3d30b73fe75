-- materialized
-- Actors for whom the weeks of the rollup have to be compared, with the person they are: those whose latest events wait,
-- those of people with more than one id, and those who did a thing for two accounts in one week.
select actor, person from {busy_actors}
union
select u.actor, coalesce(pp.person, u.actor)
from user_event_week u left join {persons} pp on pp.actor = u.actor
where u.prev_week = u.week and u.week > {lo_day} - 7 and u.week < {hi_day}
