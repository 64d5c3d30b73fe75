-- materialized
-- When the first contract or subscription of an account began, for those where that lies in the points.
select account, 0 as person, account as unit, began
from (
  select account, min(began) as began
  from (
    select account, "start" as began from {contracts} where account <> 0
    union all
    select account, ts from {subscriptions} where account <> 0
  ) agreed
  group by account
) first_ones
where began >= {lo} and began < {hi}
