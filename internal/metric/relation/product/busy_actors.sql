-- materialized
-- Actors whose last active day the rollup alone does not tell, with the person they are: those of people who did
-- something under more than one id, and those whose latest events wait to be merged. The limit leaves nothing out: it tells
-- the database how few these are, which takes a condition like theirs for a fifth of all facts.
with busy as (
  select coalesce(pp.person, u.actor) as person
  from (select actor from fact_events where seq > {mark} limit {waiting}) u left join {persons} pp on pp.actor = u.actor
  where u.actor <> 0
  union
  select pp.person from {persons} pp where pp.actor in (select actor from user_day)
)
select person as actor, person from busy
union
select pp.actor, pp.person from {persons} pp where pp.person in (select person from busy)
