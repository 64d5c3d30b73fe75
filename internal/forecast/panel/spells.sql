-- For how long each account paid at first, as known today, and the plan that it has.
select t.account, t.from_ts, t.until_ts, coalesce(a.plan, '')
from {paying_terms} t
left join (
  select distinct on (f.account) f.account, f.plan from fact_accounts f where (f.given & {bit}) <> 0 order by f.account, f.ts desc, f.seq desc
) a on a.account = t.account
where t.nth = 1
