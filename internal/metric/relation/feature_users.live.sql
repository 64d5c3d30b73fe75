-- The same from the rollup: weeks whose bits say on which days it was, cut to the days of the point.
select p.i, w.account, coalesce(pp.person, w.actor) as person, w.name as feature
from {points} p
join {rollup_user_event_week} w on w.week > p.from_day - 7 and w.week < p.to_day
  and (w.days & ((1 << least(7, cast(p.to_day - w.week as integer))) - (1 << greatest(0, cast(p.from_day - w.week as integer))))) <> 0
left join {persons} pp on pp.actor = w.actor
where w.week > {lo_day} - 7 and w.week < {hi_day} and coalesce(pp.person, w.actor) > 0
