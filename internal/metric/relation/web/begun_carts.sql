-- materialized
-- Carts or checkouts, by the event with which they began ({1} says which events do). Of one person, and under one cart_id
-- where there is one, everything until an order or until the hours to order are over is one cart.
select account, person, id, ts
from (
  select *, lag(ts) over (partition by person, cart, orders_before order by ts, id) as before_ts, min(ts) over (partition by person, cart, orders_before) as first_ts
  from (
    select c.account, c.person, c.id, c.ts, c.cart,
           case when c.cart = '' then (select count(*) from {completed_orders} o where o.person = c.person and o.ts < c.ts) else 0 end as orders_before
    from (
      select e.account, e.person, e.id, e.ts, coalesce(cast(x.properties as json) ->> 'cart_id', '') as cart
      from {events} e join fact_events x on x.seq = e.seq
      where e.person <> 0 and {policy.{1}(e.name)}
    ) c
  ) counted
) runs
where before_ts is null or (cart = '' and before_ts < ts - interval '1 hour' * {policy.cart_hours})
