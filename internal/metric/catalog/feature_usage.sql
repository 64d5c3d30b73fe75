/*
id: feature_usage
family: product
label:
  en: "Feature usage"
  es: "Uso de funciones"
  ro: "Utilizarea funcționalităților"
  ru: "Использование функций"
about:
  en: "Of the people active in the period, the share that used the feature; by feature."
  es: "De las personas activas en el período, el porcentaje que usó la función; por función."
  ro: "Dintre persoanele active în perioadă, ponderea celor care au folosit funcționalitatea; pe funcționalități."
  ru: "Доля активных в периоде людей, которые пользовались функцией; по функциям."
formula: "users of the feature / active users * 100"
unit: percent
better: higher
type: ratio
facts: [events]
numerator: "count(distinct person)"
denominator: "count(distinct person)"
scale: 100
n: "count(distinct person)"
interval: wilson
dimensions: [feature]
grouped_by: feature
bands:
  - {label: good, from: 28, source: "S3"}
people: true
*/
select i, account, person, feature from {feature_users}
-- fast
select p.i, coalesce(sum(r.n), 0) as numerator, coalesce(sum(r.n), 0) as denominator, coalesce(sum(r.n), 0) as n
from {points} p
left join {returns} r on r.day >= p.from_day and r.day < p.to_day and (r.prev_day is null or r.prev_day < p.from_day)
group by p.i
-- groups
select i, feature as group_key, sum(users) as numerator, cast(null as double precision) as denominator, sum(users) as n
from (
  select pw.i, u.name as feature, count(*) as users
  from {point_weeks} pw
  join user_event_week u on u.week = pw.week and (u.days & pw.days) <> 0
    and (u.prev_week is null or u.prev_week < pw.first_week or (u.prev_week = pw.first_week and (u.prev_days & pw.first_days) = 0))
  where u.actor > 0 and u.actor not in (select actor from {busy_users} where actor is not null) and u.week > {lo_day} - 7 and u.week < {hi_day}
  group by pw.i, u.name
  union all
  select pw.i, u.name, count(distinct u.person)
  from {point_weeks} pw
  join {busy_weeks} u on u.week = pw.week and (u.days & pw.days) <> 0
  group by pw.i, u.name
) counted
group by i, feature
