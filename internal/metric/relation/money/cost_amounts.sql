-- Costs of the point, each brought to the currency shown at the rate of its own day.
select c.i, c.account, c.id, c.ts, c.kind, c.part, c.campaign, c.csm, cast(round(c.amount * 1000000 * r.rate) as decimal(38,0)) as amount,
       case when r.rate is null then c.currency || ' ' || cast(cast(c.ts as date) as varchar) end as missing_rate
from {during(costs)} c
left join {fx_spans} r on r.currency = c.currency and r.from_ts <= c.ts and c.ts < r.until_ts
