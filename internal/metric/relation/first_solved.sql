-- Tickets by the instant at which they were first solved, with what tells whether that was at the first contact: one
-- contact, and not reopened within 7 days.
select s.account, s.person, s.ticket_id, s.channel, s.priority, s.category, s.agent, s.team, s.solved_at,
       case when coalesce(s.first_contact_resolved, s.contacts = 1, false) and coalesce(s.reopens, 0) = 0
                 and not exists (
                   select 1 from {tickets} r
                   where r.ticket_id = s.ticket_id and r.status = 'reopened' and r.ts >= s.solved_at and r.ts <= s.solved_at + interval '7 days')
            then 1 else 0 end as first_contact
from (
  select distinct on (ticket_id) ticket_id, account, person, channel, priority, category, agent, team, first_contact_resolved, contacts, reopens,
         coalesce(solved_at, ts) as solved_at
  from {tickets}
  where status in ('solved', 'closed')
  order by ticket_id, ts, seq desc
) s
