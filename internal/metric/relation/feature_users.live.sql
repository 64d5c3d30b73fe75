-- The same from the rollup: weeks whose bits say on which days it was, cut to the days of the point.
select pw.i, w.account, coalesce(pp.person, w.actor) as person, w.name as feature
from {point_weeks} pw
join {rollup_user_event_week} w on w.week = pw.week and (w.days & pw.days) <> 0
left join {persons} pp on pp.actor = w.actor
where w.week > {lo_day} - 7 and w.week < {hi_day} and coalesce(pp.person, w.actor) > 0
