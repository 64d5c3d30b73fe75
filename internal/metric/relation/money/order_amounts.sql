-- Orders of the point, row by row, each brought to the currency shown at the rate of its own day. Rows of one account and
-- order id are one order; one of a negative amount, what was given back, is none.
select o.i, o.account, o.person, o.id, o.ts, o.product, o.channel, case when o.amount >= 0 then 1 else 0 end as is_order,
       case when o.order_id is null then cast(o.id as varchar) else cast(o.account as varchar) || ' ' || o.order_id end as order_key,
       cast(round(o.amount * 1000000 * r.rate) as decimal(38,0)) as amount,
       case when r.rate is null then o.currency || ' ' || cast(cast(o.ts as date) as varchar) end as missing_rate
from {during(orders)} o
left join {fx_spans} r on r.currency = o.currency and r.from_ts <= o.ts and o.ts < r.until_ts
