/*
id: first_week_engagement
family: product
label:
  en: "First-week engagement"
  es: "Uso en la primera semana"
  ro: "Implicare în prima săptămână"
  ru: "Вовлечённость первой недели"
about:
  en: "Of the people who came for the first time in the period and whose first 7 days are over, the share that was active on enough of those days or used enough key features."
  es: "De las personas que llegaron por primera vez en el período y cuyos primeros 7 días terminaron, el porcentaje activo en suficientes de esos días o que usó suficientes funciones clave."
  ro: "Dintre cei veniți prima oară în perioadă și ale căror prime 7 zile s-au încheiat, ponderea celor activi în destule dintre acele zile sau care au folosit destule funcționalități-cheie."
  ru: "Из пришедших впервые за период, чьи первые 7 дней прошли, доля тех, кто был активен достаточно дней или использовал достаточно ключевых функций."
formula:
  en: "new users engaged in their first 7 days / new users whose first 7 days are over * 100"
  es: "usuarios nuevos con uso en sus primeros 7 días / usuarios nuevos con 7 días cumplidos * 100"
  ro: "utilizatori noi implicați în primele 7 zile / utilizatori noi cu 7 zile împlinite * 100"
  ru: "новые, вовлечённые за первые 7 дней / новые, чьи 7 дней прошли * 100"
unit: percent
better: higher
type: ratio
facts: [events]
numerator: "sum(engaged)"
denominator: "count(*)"
scale: 100
interval: wilson
key: [person]
finest: day
excluded:
  week_not_over: {en: "the first 7 days are not over", es: "los primeros 7 días no han terminado", ro: "primele 7 zile nu s-au încheiat", ru: "первые 7 дней ещё не прошли"}
detail:
  - {name: mean_days, label: {en: "Active days, mean", es: "Días activos, media", ro: "Zile active, medie", ru: "Активных дней, среднее"}, unit: number, sql: "avg(days)"}
  - {name: by_days, label: {en: "Engaged by days", es: "Por días", ro: "După zile", ru: "По дням"}, unit: count, sql: "sum(case when days >= needed_days then 1 else 0 end)"}
  - {name: by_features, label: {en: "Engaged by key features", es: "Por funciones clave", ro: "După funcționalități-cheie", ru: "По ключевым функциям"}, unit: count, sql: "sum(case when features >= needed_features then 1 else 0 end)"}
tables:
  - name: days
    label: {en: "Day by day", es: "Día a día", ro: "Zi de zi", ru: "По дням"}
    units: {share: percent}
    sql: "select {group} d.day, cast(sum(case when (days_seen & d.bit) <> 0 then 1 else 0 end) as bigint) as active, 100.0 * sum(case when (days_seen & d.bit) <> 0 then 1 else 0 end) / count(*) as share from {rows} cross join (values (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 64)) as d(day, bit) group by {group} d.day order by {group} d.day"
people: true
examples:
  - text: "4 people came first on 4 May; one of them on 3 days of the week"
    value: 25
    facts: [{fact: events, times: 4, at: 2026-05-04, name: Opened, user: "u#"}, {fact: events, at: 2026-05-06, name: Opened, user: u1}, {fact: events, at: 2026-05-08, name: Opened, user: u1}]
*/
select p.i, n.account, n.person, w.days, w.days_seen, coalesce(f.features, 0) as features,
       {policy.engaged_days} as needed_days, {policy.engaged_features} as needed_features,
       case when w.days >= {policy.engaged_days} or f.features >= {policy.engaged_features} then 1 else 0 end as engaged,
       case when n.day + 7 > {now_day} then 'week_not_over' end as excluded
from {points} p
join {newcomers} n on n.day >= p.from_day and n.day < p.to_day
join (
  select n.person, count(distinct d.day) as days, bit_or(1 << cast(d.day - n.day as integer)) as days_seen
  from {newcomers} n
  join {known_days} d on d.person = n.person and d.day < n.day + 7 and d.day >= {lo_day} and d.day < {hi_day} + 7
  group by n.person
) w on w.person = n.person
left join (
  select n.person, count(distinct e.name) as features
  from {newcomers} n
  join {events} e on e.person = n.person and e.day >= n.day and e.day < n.day + 7 and e.day >= {lo_day} and e.day < {hi_day} + 7
  where {policy.key_features(e.name)}
  group by n.person
) f on f.person = n.person
