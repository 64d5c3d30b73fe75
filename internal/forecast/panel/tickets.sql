-- Tickets of the year before each instant, by their last state known then.
select i, account, cast(sum(case when opened >= to_ts - interval '30 days' then 1 else 0 end) as bigint), cast(sum(case when opened >= to_ts - interval '90 days' then 1 else 0 end) as bigint),
       cast(sum(is_open) as bigint), cast(sum(case when is_open = 1 and lower(coalesce(priority, '')) in ('high', 'urgent', 'critical', 'p0', 'p1', 'blocker') then 1 else 0 end) as bigint),
       cast(sum(case when (status = 'reopened' or coalesce(reopens, 0) > 0) and ts >= to_ts - interval '90 days' then 1 else 0 end) as bigint)
from (
  select t.*, case when t.status in ('open', 'pending', 'reopened') then 1 else 0 end as is_open
  from (
    select distinct on (p.i, f.ticket_id) p.i, p.to_ts, f.account, f.ts, f.status, f.priority, f.reopens, coalesce(f.opened_at, f.ts) as opened
    from {points} p join {known_tickets} f on f.known_ts < p.to_ts and f.ts >= p.to_ts - interval '365 days'
    order by p.i, f.ticket_id, f.ts desc, f.seq desc
  ) t
) latest
where account <> 0
group by i, account
