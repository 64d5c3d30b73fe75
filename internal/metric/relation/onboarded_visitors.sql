-- materialized
-- The visitors that people were who completed onboarding.
select distinct e.visitor, e.person
from (select visitor, person from {events} union all select visitor, person from {pages}) e
where e.person in (select person from {first_onboarded}) and e.visitor <> 0
