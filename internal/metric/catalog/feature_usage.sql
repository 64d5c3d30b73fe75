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
select p.i, count(distinct a.person) as numerator, count(distinct a.person) as denominator, count(distinct a.person) as n
from {points} p
left join {active_days} a on a.day >= p.from_day and a.day < p.to_day
group by p.i
