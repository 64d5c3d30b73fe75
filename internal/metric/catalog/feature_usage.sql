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
formula:
  en: "users of the feature / active users * 100"
  es: "usuarios de la función / usuarios activos * 100"
  ro: "utilizatorii funcționalității / utilizatori activi * 100"
  ru: "пользователи функции / активные пользователи * 100"
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
examples:
  - text: "4 people came, one of them exported"
    value: 25
    group: Exported
    facts: [{fact: events, times: 4, at: 2026-05-10, name: Opened, user: "u#"}, {fact: events, at: 2026-05-10, name: Exported, user: u1}]
*/
select i, account, person, feature from {feature_users}
-- fast
select p.i, coalesce(sum(r.n), 0) as numerator, coalesce(sum(r.n), 0) as denominator, coalesce(sum(r.n), 0) as n
from {points} p
left join {returns} r on r.day >= p.from_day and r.day < p.to_day and (r.prev_day is null or r.prev_day < p.from_day)
group by p.i
-- groups
select p.i, r.name as group_key, sum(r.n) as numerator, cast(null as double precision) as denominator, sum(r.n) as n
from {points} p
join {feature_returns} r on r.day >= p.from_day and r.day < p.to_day and (r.prev_day is null or r.prev_day < p.from_day)
group by p.i, r.name
having sum(r.n) <> 0
