-- materialized
-- What became of each ticket: one row for every state, with the time it held (from_ts, until_ts). The state at an instant is
-- the one told last of those that began before it. A solved state begins when the ticket was solved, whenever it was
-- told, but not before the state told before it; before the first one the ticket is open since it was opened: the earliest
-- opening that any state tells, so that one that is told anew later makes no second ticket. settled_ts is
-- when the ticket was solved for this time, solved_at when by the sender's own words; was_solved says that it had been before.
-- Only what decides about it goes through the windows; the rest of a state is fetched by its number.
with told as (
  select t.*, row_number() over v as nth, coalesce(min(t.opened_at) over (partition by t.ticket_id), min(t.ts) over (partition by t.ticket_id)) as began,
         sum(t.is_open) over v as run, case when sum(1 - t.is_open) over v > 1 - t.is_open then 1 else 0 end as was_solved,
         case when t.is_open = 0 then greatest(coalesce(t.solved_at, t.ts), lag(t.ts) over v) else t.ts end as holds_from
  from (
    select seq, ticket_id, ts, opened_at, solved_at, case when status in ('solved', 'closed') then 0 else 1 end as is_open
    from {tickets}
    where seq in (select max(seq) from {tickets} group by ticket_id, ts)
  ) t
  window v as (partition by t.ticket_id order by t.ts, t.seq)
),
spans as (
  select *, case when nth = 1 and is_open = 1 then least(holds_from, began) else holds_from end as from_ts,
         min(holds_from) over (partition by ticket_id order by ts, seq rows between 1 following and unbounded following) as ends,
         case when is_open = 0 then min(holds_from) over r end as settled_ts,
         case when is_open = 0 then coalesce(solved_at, first_value(coalesce(solved_at, ts)) over r) end as solved
  from told
  window r as (partition by ticket_id, run, is_open order by ts, seq)
),
states as (
  select seq, began, is_open, was_solved, settled_ts, solved, from_ts, ends as until_ts
  from spans
  where ends is null or from_ts < ends
  union all
  select seq, began, 1, 0, null, null, began, least(holds_from, ends)
  from spans
  where nth = 1 and is_open = 0 and began < least(holds_from, ends)
)
select t.seq, t.ticket_id, t.account, t.actor, t.person, t.channel, t.priority, t.category, t.agent, t.team, s.began as opened_at, t.first_response_at, t.contacts, t.reopens,
       t.transfers, t.talk_seconds, t.hold_seconds, t.wrap_seconds, t.first_contact_resolved, s.is_open, s.was_solved, s.settled_ts, s.solved as solved_at, s.from_ts, s.until_ts
from states s
join {tickets} t on t.seq = s.seq
