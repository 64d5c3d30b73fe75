-- When the team turned to an account, or to a person whose account is not known: by a conversation, or by an answer that a
-- person of the team wrote in a ticket.
select x.account, x.person, x.ts
from {interactions} x
where {policy.touch_kinds(x.kind)} and lower(coalesce(x.direction, '')) not in ('inbound', 'incoming', 'in')
union all
select case when m.account <> 0 then m.account else coalesce(t.account, 0) end, case when t.person <> 0 then t.person else m.person end, m.ts
from {messages} m
left join (select distinct on (ticket_id) ticket_id, account, person from {tickets} order by ticket_id, ts desc, seq desc) t on t.ticket_id = m.ticket_id
where m.author = 'agent' and coalesce(m.public, true)
