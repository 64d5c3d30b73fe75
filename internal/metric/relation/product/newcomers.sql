-- materialized
-- Known people whose first active day lies in the points: that day, and the account they came with; of several accounts
-- of one day the first by its id.
select distinct on (n.person) n.person, n.day, d.account
from (select person, min(day) as day from {known_days} group by person having min(day) >= {lo_day} and min(day) < {hi_day}) n
join {known_days} d on d.person = n.person and d.day = n.day
left join account_keys k on k.account = d.account
order by n.person, k.account_id nulls last
