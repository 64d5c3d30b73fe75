-- Tickets as they stood just before the end of each point, when they were solved in it.
select i, account, actor, person, ticket_id, channel, priority, category, agent, team, solved_at, opened_at
from (
  select distinct on (p.i, t.ticket_id) p.i, p.from_ts, p.to_ts, t.account, t.actor, t.person, t.ticket_id, t.status, t.channel, t.priority,
         t.category, t.agent, t.team, coalesce(t.solved_at, t.ts) as solved_at, coalesce(t.opened_at, o.first_ts) as opened_at
  from {points} p
  join {tickets} t on t.ts < p.to_ts
  join (select ticket_id, min(ts) as first_ts from {tickets} group by ticket_id) o on o.ticket_id = t.ticket_id
  order by p.i, t.ticket_id, t.ts desc, t.seq desc
) latest
where status in ('solved', 'closed') and solved_at >= from_ts and solved_at < to_ts
