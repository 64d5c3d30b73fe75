-- Counter-offers made to customers who were leaving, why they were, and whether the next thing the account did about it
-- was to accept.
select account, id, ts, reason, case when next_made = 0 then 1 else 0 end as accepted
from (
  select o.*, lead(made) over (partition by account order by ts, seq) as next_made
  from (
    select e.account, e.id, e.ts, e.seq, cast(e.properties as json) ->> 'reason' as reason, case when {policy.counter_offer_events(e.name)} then 1 else 0 end as made
    from {events} e
    where e.account <> 0 and e.ts >= {lo} and ({policy.counter_offer_events(e.name)} or {policy.counter_offer_accepted_events(e.name)})
  ) o
) offers
where made = 1
