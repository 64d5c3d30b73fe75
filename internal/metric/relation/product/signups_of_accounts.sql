-- materialized
-- When an account began: with a sign-up event, else when its traits say it was created, else with the first event. Only
-- those that began in the points.
select account, 0 as person, account as unit, began
from (
  select account, coalesce(min(signed_up), min(created_at), min(ts)) as began
  from (
    select account, case when {policy.signup_events(e.name)} then e.ts end as signed_up, cast(null as timestamp) as created_at, e.ts
    from {events} e where e.account <> 0
    union all
    select account, null, created_at, null from {accounts} where created_at is not null
  ) signs
  group by account
) began
where began >= {lo} and began < {hi}
