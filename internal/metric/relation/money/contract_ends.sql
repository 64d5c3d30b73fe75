-- Contracts as they ended, by their last state known: whether they were renewed, how much of their value was kept (what
-- they are renewed for a month against what they were), and what the contract that follows is worth.
select c.contract_id, c.account, c."end" as ends, c.status, c.currency, c.value,
       case when c.status in ('renewed', 'downgraded') or c.renewed_to is not null then 1 else 0 end as renewed,
       case when c.status not in ('renewed', 'downgraded') and c.renewed_to is null then 0
            when n.currency = c.currency and n.monthly < c.monthly then cast(round(1.0 * c.value * n.monthly / c.monthly) as decimal(38,0)) else c.value end as kept,
       coalesce(n.value, c.value) as next_value, coalesce(n.currency, c.currency) as next_currency
from {contracts_spans} c
left join {contracts_spans} n on n.until_ts is null and n.contract_id = c.renewed_to and n.contract_id <> c.contract_id
where c.until_ts is null
