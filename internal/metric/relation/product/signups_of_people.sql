-- materialized
-- When a known person began: with a sign-up event, else with the first event; and with which account, of several of one
-- instant the first by its id. Only those who began in the points.
select distinct on (s.person) s.person, s.person as unit, s.began, e.account
from (
  select e.person, coalesce(min(case when {policy.signup_events(e.name)} then e.ts end), min(e.ts)) as began
  from {people_events} e
  where e.person > 0
  group by e.person
) s
join {people_events} e on e.person = s.person and e.ts = s.began and e.day >= {lo_day} and e.day < {hi_day}
left join account_keys k on k.account = e.account
where s.began >= {lo} and s.began < {hi}
order by s.person, k.account_id nulls last
