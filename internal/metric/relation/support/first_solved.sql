-- Tickets as they were when they were first solved, with when they were opened again and how often the team had answered.
with solved as (
  -- By a window, not by distinct on: limits from outside must never reach what it chooses from.
  select * from (select *, row_number() over (partition by ticket_id order by from_ts, seq) as nth from {ticket_states} where is_open = 0) t where nth = 1
)
select s.ticket_id, s.account, s.person, s.channel, s.priority, s.category, s.agent, s.team, s.settled_ts, s.contacts, s.reopens, s.first_contact_resolved,
       r.reopened_ts, m.replies
from solved s
left join (
  select ticket_id, min(from_ts) as reopened_ts from {ticket_states} where is_open = 1 and was_solved = 1 group by ticket_id
) r on r.ticket_id = s.ticket_id
left join (
  select z.ticket_id, sum(case when x.author = 'agent' and coalesce(x.public, true) then 1 else 0 end) as replies
  from solved z
  join {messages} x on x.ticket_id = z.ticket_id and x.ts <= z.settled_ts
  group by z.ticket_id
) m on m.ticket_id = s.ticket_id
