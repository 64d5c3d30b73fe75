-- The state of every ticket just before the end of each point, beside the point.
select p.i, p.from_ts, p.to_ts, s.seq, s.ticket_id, s.account, s.actor, s.person, s.channel, s.priority, s.category, s.agent, s.team, s.opened_at, s.first_response_at,
       s.contacts, s.reopens, s.transfers, s.talk_seconds, s.hold_seconds, s.wrap_seconds, s.first_contact_resolved, s.is_open, s.was_solved, s.settled_ts, s.solved_at
from {points} p
join {ticket_states} s on s.from_ts < p.to_ts and (s.until_ts is null or s.until_ts >= p.to_ts)
