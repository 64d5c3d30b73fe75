-- One row for each point and account that was or became a customer: whether it was one at both ends, how often it came,
-- came back and left in between, and why it left. Start + new + won back - lost = end on every row.
-- when within_period = net
select i, account, was_customer, is_customer,
       case when was_customer = 0 and is_customer = 1 and returned = 0 then 1 else 0 end as new_customers,
       case when was_customer = 0 and is_customer = 1 and returned = 1 then 1 else 0 end as won_back,
       case when was_customer = 1 and is_customer = 0 then 1 else 0 end as lost,
       case when was_customer = 1 and is_customer = 0 and end_kind = 'involuntary' then 1 else 0 end as involuntary,
       case when was_customer = 1 and is_customer = 0 then end_kind end as kind,
       case when was_customer = 1 and is_customer = 0 then end_reason end as reason, left_ts, next_from
from {paying}
where was_customer = 1 or is_customer = 1
-- end
-- when within_period = gross
select i, account, was_customer, is_customer, 0 as new_customers, 0 as won_back, 0 as lost, 0 as involuntary, null as kind, null as reason, null as left_ts, null as next_from
from {paying}
where was_customer = 1 or is_customer = 1
union all
select i, account, 0, 0, case when was = 0 and returned = 0 then 1 else 0 end, case when was = 0 and returned = 1 then 1 else 0 end,
       was, case when was = 1 and end_kind = 'involuntary' then 1 else 0 end, case when was = 1 then end_kind end, case when was = 1 then end_reason end, left_ts, next_from
from (
  select d.i, d.account, d.from_ts,
         max(case when t.from_ts < d.from_ts and (t.until_ts is null or t.until_ts >= d.from_ts) then 1 else 0 end) as was,
         max(case when t.until_ts is null or t.until_ts >= d.to_ts then 1 else 0 end) as remains,
         max(case when t.from_ts >= d.from_ts and (t.prev_from is null or t.prev_from < d.from_ts) then t.returned else 0 end) as returned,
         max(case when t.next_from is null or t.next_from >= d.to_ts then t.end_kind end) as end_kind,
         max(case when t.next_from is null or t.next_from >= d.to_ts then t.end_reason end) as end_reason,
         max(case when t.next_from is null or t.next_from >= d.to_ts then t.until_ts end) as left_ts,
         max(case when t.next_from >= d.to_ts then t.next_from end) as next_from
  from {change_days} d
  join {paying_terms} t on t.account = d.account and t.from_ts < d.to_ts
  group by d.i, d.account, d.from_ts
) days
where was <> remains
-- end
