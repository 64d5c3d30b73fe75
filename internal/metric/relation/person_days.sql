-- Each known person's active days with the next one after it: what rolling counts of people are made of.
select person, day, lead(day) over (partition by person order by day) as next_day
from (select distinct person, day from {active_days}) days
