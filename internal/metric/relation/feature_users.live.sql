-- The same from the rollup: weeks whose bits say on which days it was, cut to the days of the point.
select pw.i, u.account, coalesce(pp.person, u.actor) as person, u.name as feature
from {point_weeks} pw
join {rollup_user_event_week} u on u.week = pw.week and (u.days & pw.days) <> 0
left join {persons} pp on pp.actor = u.actor
where u.week > {lo_day} - 7 and u.week < {hi_day} and coalesce(pp.person, u.actor) > 0{only_scope}
