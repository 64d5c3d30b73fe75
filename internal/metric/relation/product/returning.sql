-- materialized
-- In which days, weeks or months after their first one newcomers were active: nth 0 is the first.
select distinct person, nth
from (
  select n.person,
         cast(case {policy.cohort_grain} when 'day' then d.day - n.day
              when 'week' then (cast(date_trunc('week', d.day) as date) - cast(date_trunc('week', n.day) as date)) / 7
              else (cast(extract(year from d.day) as integer) - cast(extract(year from n.day) as integer)) * 12
                   + cast(extract(month from d.day) as integer) - cast(extract(month from n.day) as integer) end as integer) as nth
  from {newcomers} n
  join {known_days} d on d.person = n.person and d.day <= {now_day}
) active
