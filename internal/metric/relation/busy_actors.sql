-- materialized
-- Actors whose last active day the rollup alone does not tell, with the person they are: those of people who did
-- something under more than one id, and those whose latest events wait to be merged.
with busy as (
  select coalesce(pp.person, u.actor) as person
  from fact_events u left join {persons} pp on pp.actor = u.actor
  where u.seq > {mark} and u.actor <> 0
  union
  select pp.person from user_day d join {persons} pp on pp.actor = d.actor
)
select person as actor, person from busy
union
select pp.actor, pp.person from {persons} pp where pp.person in (select person from busy)
