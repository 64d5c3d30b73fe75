-- The same from the rollup: weeks whose bits say on which days it was, cut to the days of the point. The rows are chosen
-- before they are joined, as active_days has it.
select pw.i, u.account, coalesce(pp.person, u.actor) as person, u.name as feature
from {point_weeks} pw
join (
  select week, account, actor, name, days from {rollup_user_event_week} u
  where u.week > {lo_day} - 7 and u.week < {hi_day}{only_scope}
) u on u.week = pw.week and (u.days & pw.days) <> 0
left join {persons} pp on pp.actor = u.actor
where coalesce(pp.person, u.actor) > 0
