-- The first trial of each subscription: when it began and ended, whether it runs on now, and whether the subscription was
-- worth something later.
select t.subscription_id, t.account, t.product_line, t.plan as trial_plan, t.ts as began, coalesce(e.ended, t.trial_end) as ended,
       case when w.agreement is null then 0 else 1 end as converted,
       case when w.agreement is null and e.ended is null and (t.trial_end is null or t.trial_end >= {now}) then 1 else 0 end as runs
from (
  select *, row_number() over (partition by subscription_id order by ts, seq desc) as nth from {subscriptions} where status = 'trialing'
) t
left join (
  select s.subscription_id, min(s.ts) as ended
  from {subscriptions} s
  join (select subscription_id, min(ts) as began from {subscriptions} where status = 'trialing' group by subscription_id) b on b.subscription_id = s.subscription_id and s.ts > b.began
  where s.status <> 'trialing'
  group by s.subscription_id
) e on e.subscription_id = t.subscription_id
left join (
  select agreement, max(from_ts) as last_from from {recurring_spans} where monthly > 0 group by agreement
) w on w.agreement = t.subscription_id and w.last_from >= t.ts
where t.nth = 1
