-- Seconds of business hours before every instant at which a ticket was opened, answered or solved, from the schedule's
-- beginning on: the difference of two of them is what was worked in between.
select t, seconds
from (
  select t, is_instant, max(before) over w + cast(extract(epoch from (least(t, max(to_ts) over w) - max(from_ts) over w)) as double precision) as seconds
  from (
    select from_ts as t, 0 as is_instant, from_ts, to_ts, before from {open_hours(business)}
    union all
    select t, 1, null, null, null
    from (
      select opened_at as t from {ticket_states}
      union select solved_at from {ticket_states} where solved_at is not null
      union select replied_at from {first_replies} where replied_at is not null
    ) instants
  ) stream
  window w as (order by t, is_instant rows between unbounded preceding and current row)
) clock
where is_instant = 1
