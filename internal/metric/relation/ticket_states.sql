-- materialized
-- What became of each ticket: one row for every state, with the time it held (from_ts, until_ts). The state at an instant is
-- the one told last of those that began before it. A solved state begins when the ticket was solved, whenever it was
-- told, but not before the state told before it; before the first one the ticket is open since it was opened: the earliest
-- opening that any state tells, so that one that is told anew later makes no second ticket. settled_ts is
-- when the ticket was solved for this time, solved_at when by the sender's own words; was_solved says that it had been before.
with told as (
  select t.*, row_number() over v as nth, coalesce(min(t.opened_at) over (partition by t.ticket_id), min(t.ts) over (partition by t.ticket_id)) as began,
         sum(t.is_open) over v as run, case when sum(1 - t.is_open) over v > 1 - t.is_open then 1 else 0 end as was_solved,
         case when t.is_open = 0 then greatest(coalesce(t.solved_at, t.ts), lag(t.ts) over v) else t.ts end as holds_from
  from (
    select k.*, case when k.status in ('solved', 'closed') then 0 else 1 end as is_open
    from {tickets_spans} k
    where k.until_ts is null or k.ts < k.until_ts
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
)
select seq, ticket_id, account, actor, person, channel, priority, category, agent, team, began as opened_at, first_response_at, contacts, reopens, transfers,
       talk_seconds, hold_seconds, wrap_seconds, first_contact_resolved, is_open, was_solved, settled_ts, solved as solved_at, from_ts, ends as until_ts
from spans
where ends is null or from_ts < ends
union all
select seq, ticket_id, account, actor, person, channel, priority, category, agent, team, began, first_response_at, contacts, reopens, transfers,
       talk_seconds, hold_seconds, wrap_seconds, first_contact_resolved, 1, 0, null, null, began, least(holds_from, ends)
from spans
where nth = 1 and is_open = 0 and began < least(holds_from, ends)
