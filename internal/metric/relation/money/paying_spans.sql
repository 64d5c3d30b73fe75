-- From when until when something makes an account a customer: an agreement that is worth something, or, where the
-- workspace says so and there is no agreement, an order.
select account, from_ts, until_ts, cycle_end, end_kind, end_reason from {recurring_spans} where monthly > 0
union all
select o.account, o.ts, o.ts + {policy.order_customer_days} * interval '1 day', null, 'voluntary', null
from {orders} o
where {policy.order_customer_days} > 0 and o.account <> 0
  and o.account not in (select account from {subscriptions}) and o.account not in (select account from {contracts})
