-- The parts of an account's standing at {at}. {only} narrows facts down to some accounts, {stays} is who
-- belongs where, {user_day} the rollup with its tail. Each block is one question.

-- block keys
select k.account, k.account_id from account_keys k where true {only_key}

-- block traits
select f.account, f.given, {traits} from fact_accounts f where f.ts <= {at} {only} order by f.ts, f.seq

-- block spans
select account, currency, monthly, from_ts, until_ts
from (
  select s.account, s.currency, s.monthly, s.ts as from_ts,
         case when s.ended_at > s.ts and (lead(s.ts) over w is null or s.ended_at < lead(s.ts) over w) then s.ended_at
              else lead(s.ts) over w end as until_ts
  from (select * from fact_subscriptions f where f.ts <= {at} {only}) s
  window w as (partition by s.subscription_id order by s.ts, s.seq)
  union all
  select c.account, c.currency, c.monthly, greatest(c.ts, c."start"),
         case when lead(c.ts) over v is null or c."end" < lead(c.ts) over v then c."end" else lead(c.ts) over v end
  from (select * from fact_contracts f where f.ts <= {at} {only}) c
  where c.account not in (select f.account from fact_subscriptions f where f.ts <= {at} {only})
  window v as (partition by c.contract_id order by c.ts, c.seq)
) spans
where monthly > 0 and (until_ts is null or from_ts < until_ts)

-- block alive
select account, cast(max(case when status = 'canceled' then 0 else 1 end) as bigint) from (
  select distinct on (f.subscription_id) f.account, f.subscription_id, f.status
  from fact_subscriptions f where f.ts <= {at} {only} order by f.subscription_id, f.ts desc, f.seq desc) s
where account <> 0 group by account

-- block contracts
select account, min("end") from (
  select distinct on (f.contract_id) f.account, f.contract_id, f."end", f.status, f."start"
  from fact_contracts f where f.ts <= {at} {only} order by f.contract_id, f.ts desc, f.seq desc) c
where status = 'open' and "end" > {at} group by account

-- block terms
select s.account, s.interval, s.interval_count, a.anchor from (
  select distinct on (f.subscription_id) f.account, f.subscription_id, f.status, f.interval, f.interval_count
  from fact_subscriptions f where f.ts <= {at} {only} order by f.subscription_id, f.ts desc, f.seq desc) s
join (select f.subscription_id, min(f.ts) as anchor from fact_subscriptions f
  where f.ts <= {at} and f.status in ('active', 'past_due') {only} group by f.subscription_id) a on a.subscription_id = s.subscription_id
where s.status in ('active', 'past_due')

-- block contacts
select account, count(*) from {stays} s group by account

-- block domains
select f.account, lower(substr(f.email, position('@' in f.email) + 1)) as domain, count(*)
from fact_contacts f where f.ts <= {at} and f.account <> 0 and position('@' in f.email) > 0 {only} group by 1, 2

-- block active
select f.account, count(distinct coalesce(p.person, f.actor))
from {user_day} f left join persons p on p.actor = f.actor
where f.day > {today} - 30 and f.day <= {today} and f.account <> 0 and coalesce(p.person, f.actor) > 0 {only} group by f.account

-- block seen
select k.account, (select max(f.ts) from fact_events f where f.account = k.account) as seen from account_keys k where true {only_key}

-- block nps
select distinct on (f.account) f.account, f.score, f.ts from fact_answers f
where f.kind = 'nps' and f.ts <= {at} and f.account <> 0 {only} order by f.account, f.ts desc, f.seq desc

-- block tickets
select account, count(*) from (
  select distinct on (f.ticket_id) f.account, f.ticket_id, f.status
  from fact_tickets f where f.ts <= {at} {only} order by f.ticket_id, f.ts desc, f.seq desc) t
where status in ('open', 'pending', 'reopened') and account <> 0 group by account

-- block overdue
select account, currency, cast(sum(amount - coalesce(paid_amount, 0)) as bigint) from (
  select distinct on (f.invoice_id) f.account, f.invoice_id, f.status, f.due_at, f.amount, f.paid_amount, f.currency
  from fact_invoices f where f.ts <= {at} {only} order by f.invoice_id, f.ts desc, f.seq desc) i
where status in ('open', 'disputed') and due_at < {at} group by account, currency

-- block rates
select distinct on (f.currency) f.currency, f.rate from fact_fx f where f.ts <= {at} order by f.currency, f.ts desc, f.seq desc
