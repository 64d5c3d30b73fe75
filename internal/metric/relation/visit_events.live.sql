-- The same without asking who is who.
select distinct e.visitor, e.session_id
from fact_events e
where e.ts >= {lo} - interval '2 days' and e.ts < {hi} + interval '2 days'
  and (e.visitor, e.session_id) in (select visitor, session_id from fact_pages where session_id is not null)
