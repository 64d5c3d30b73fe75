-- Each known person's active days with the one before it: what rolling counts of people are made of.
select u.day, u.prev_day
from user_day u
where u.actor > 0 and u.day >= {lo_day} - 31 and u.day < {hi_day} and u.actor not in (select person from {busy_people})
union all
select day, lag(day) over (partition by person order by day)
from (select distinct person, day from {active_days} where person in (select person from {busy_people})) days
