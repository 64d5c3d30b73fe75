-- Visits during which something was done besides viewing pages, told by an event with the visit's session id.
select distinct e.visitor, e.session_id
from {events} e
where e.ts >= {lo} - interval '2 days' and e.ts < {hi} + interval '2 days'
  and (e.visitor, e.session_id) in (select visitor, session_id from {pages} where session_id is not null)
