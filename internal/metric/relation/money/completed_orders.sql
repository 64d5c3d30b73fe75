-- When somebody ordered: orders with an amount, and the events that say so.
select o.person, o.ts from {orders} o where o.person <> 0 and o.amount >= 0
union all
select e.person, e.ts from {events} e where e.person <> 0 and {policy.order_events(e.name)}
