-- Everything that people did who completed onboarding, under whatever visitor: what sessions(onboarded_visitors) reads.
select distinct e.visitor, e.session_id, e.person
from (select visitor, session_id, person from {events} union all select visitor, session_id, person from {pages}) e
where e.person in (select person from {first_onboarded}) and e.visitor <> 0
