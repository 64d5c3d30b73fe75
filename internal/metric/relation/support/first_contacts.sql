-- Tickets when they were first solved, whether by a single contact, and whether that was all: not opened again soon after.
select s.*, case when s.single is null then null when s.single = 1 and not s.again then 1 else 0 end as first_contact
from (
  select f.ticket_id, f.account, f.person, f.channel, f.priority, f.category, f.agent, f.team, f.settled_ts,
         case coalesce(f.first_contact_resolved, f.contacts <= 1, f.replies <= 1) when true then 1 when false then 0 end as single,
         coalesce(f.reopens > 0, false) or coalesce(f.reopened_ts <= f.settled_ts + interval '{policy.fcr_days} days', false) as again
  from {first_solved} f
) s
