-- What facts say at {at} of accounts that may need somebody; read by Signs. Today is not over and is left out of what is
-- compared.

-- block use
select account, cast(sum(case when day >= {today} - 14 then 1 else 0 end) as bigint), cast(sum(case when day < {today} - 14 then 1 else 0 end) as bigint)
from (
  select distinct f.day, f.account, coalesce(p.person, f.actor) as person
  from {user_day} f left join persons p on p.actor = f.actor
  where f.day >= {today} - 70 and f.day < {today} and f.account <> 0 and coalesce(p.person, f.actor) > 0) days
group by account

-- block quiet
select q.account, k.user_id, q.person, q.last_day
from (
  select account, person, last_day, days, row_number() over (partition by account order by days desc, person) as place
  from (
    select account, person, max(day) as last_day, cast(sum(case when day < {today} - 21 then 1 else 0 end) as bigint) as days
    from (
      select distinct f.day, f.account, coalesce(p.person, f.actor) as person
      from {user_day} f left join persons p on p.actor = f.actor
      where f.day >= {today} - 77 and f.day <= {today} and f.account <> 0 and coalesce(p.person, f.actor) > 0) used
    group by account, person) each_one
) q join actor_keys k on k.actor = q.person
where q.place = 1 and q.days >= 8 and q.last_day < {today} - 21

-- block due
select account, min(due_at) from (
  select distinct on (f.invoice_id) f.account, f.invoice_id, f.status, f.due_at
  from fact_invoices f where f.ts <= {at} order by f.invoice_id, f.ts desc, f.seq desc) i
where status in ('open', 'disputed') and due_at < {at} group by account

-- block unhappy
select u.account, u.kind, u.score, u.ts
from (
  select distinct on (f.account) f.account, f.kind, f.score, f.ts from fact_answers f
  where f.ts > {at} - interval '30 days' and f.ts <= {at} and f.account <> 0
    and case when f.kind = 'nps' then f.score <= 6
             when f.orientation = 'effort' then 2 * f.score > f.scale_min + f.scale_max
             when f.kind in ('csat', 'ces', 'rating') then 2 * f.score < f.scale_min + f.scale_max
             else false end
  order by f.account, f.ts desc, f.seq desc) u
left join (
  select account, max(ts) as ts from (
    select f.account, f.ts from fact_interactions f
    where f.ts > {at} - interval '30 days' and f.ts <= {at} and lower(coalesce(f.direction, '')) not in ('inbound', 'incoming', 'in')
    union all
    select t.account, m.ts from fact_messages m
    join (select distinct on (f.ticket_id) f.ticket_id, f.account from fact_tickets f where f.ts <= {at} order by f.ticket_id, f.ts desc, f.seq desc) t on t.ticket_id = m.ticket_id
    where m.author = 'agent' and coalesce(m.public, true) and m.ts > {at} - interval '30 days' and m.ts <= {at}) turned
  group by account) r on r.account = u.account
where r.ts is null or r.ts <= u.ts

-- block rolls
select s.account
from (
  select distinct on (f.subscription_id) f.account, f.subscription_id, f.status, f.interval, f.interval_count
  from fact_subscriptions f where f.ts <= {at} order by f.subscription_id, f.ts desc, f.seq desc) s
where s.status in ('active', 'past_due') and s.account not in (
  select c.account from (
    select distinct on (f.contract_id) f.account, f.contract_id, f.status, f."end"
    from fact_contracts f where f.ts <= {at} order by f.contract_id, f.ts desc, f.seq desc) c
  where c.status = 'open' and c."end" > {at})
group by s.account
having max(case when s.interval = 'year' then 12 * coalesce(s.interval_count, 1) when s.interval = 'month' then coalesce(s.interval_count, 1) else 0 end) < 3
