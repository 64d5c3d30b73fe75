-- When each ticket was first answered by a person of the team, in public: from its messages, or where these hold no answer of
-- anybody, not even of a bot, from the instant that the ticket itself states. What opened the ticket is no answer.
select t.ticket_id,
       case when count(m.seq) > 0 then min(case when m.author = 'agent' and coalesce(m.public, true) and m.ts > t.opened_at then m.ts end)
            else min(t.first_response_at) end as replied_at
from (select ticket_id, min(opened_at) as opened_at, min(first_response_at) as first_response_at from {ticket_states} group by ticket_id) t
left join {messages} m on m.ticket_id = t.ticket_id and m.author in ('agent', 'bot')
group by t.ticket_id
