-- materialized
-- When a known person completed onboarding for the first time, and for which account.
select distinct on (o.person) o.person, o.account, o.ts as onboarded_at
from {onboarded} o
where o.person > 0
order by o.person, o.ts, o.id
