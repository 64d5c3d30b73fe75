-- materialized
-- The visitors that people were who completed onboarding. Their ids are found first, so that only what was done under these is read.
with theirs as (
  select person as actor, person from {first_onboarded}
  union
  select pp.actor, pp.person from {persons} pp where pp.person in (select person from {first_onboarded})
)
select distinct e.visitor, t.person
from (select visitor, actor from {events} union all select visitor, actor from {pages}) e
join theirs t on t.actor = e.actor
where e.visitor <> 0
