/*
id: activity_rate
family: product
label:
  en: "Activity rate"
  es: "Tasa de actividad"
  ro: "Rata de activitate"
  ru: "Доля активных клиентов"
about:
  en: "Of the customers that pay at the end of the period, the share that was active in the product in the 30 days before (or on the last day)."
  es: "De los clientes que pagan al final del período, el porcentaje que estuvo activo en el producto en los 30 días anteriores (o el último día)."
  ro: "Dintre clienții care plătesc la sfârșitul perioadei, ponderea celor activi în produs în cele 30 de zile dinainte (sau în ultima zi)."
  ru: "Доля клиентов, платящих на конец периода, которые были активны в продукте за 30 дней до него (или в последний день)."
formula:
  en: "customers active in 30 days / paying customers * 100"
  es: "clientes activos en 30 días / clientes de pago * 100"
  ro: "clienți activi în 30 de zile / clienți plătitori * 100"
  ru: "клиенты, активные за 30 дней / платящие клиенты * 100"
unit: percent
better: higher
type: ratio
facts: [events, subscriptions, contracts]
numerator: "sum(case when days_ago <= 30 then 1 else 0 end)"
denominator: "count(*)"
scale: 100
interval: wilson
key: [account]
finest: day
detail:
  - {name: active_last_day, label: {en: "Active on the last day", es: "Activos el último día", ro: "Activi în ultima zi", ru: "Активны в последний день"}, unit: count, sql: "sum(case when days_ago = 1 then 1 else 0 end)"}
  - {name: active_7_days, label: {en: "Active in 7 days", es: "Activos en 7 días", ro: "Activi în 7 zile", ru: "Активны за 7 дней"}, unit: count, sql: "sum(case when days_ago <= 7 then 1 else 0 end)"}
  - {name: active_30_days, label: {en: "Active in 30 days", es: "Activos en 30 días", ro: "Activi în 30 de zile", ru: "Активны за 30 дней"}, unit: count, sql: "sum(case when days_ago <= 30 then 1 else 0 end)"}
variants:
  - id: monthly
    label: {en: "In 30 days", es: "En 30 días", ro: "În 30 de zile", ru: "За 30 дней"}
  - id: daily
    label: {en: "On the last day", es: "El último día", ro: "În ultima zi", ru: "В последний день"}
    formula: {en: "customers active on the last day / paying customers * 100", es: "clientes activos el último día / clientes de pago * 100", ro: "clienți activi în ultima zi / clienți plătitori * 100", ru: "клиенты, активные в последний день / платящие клиенты * 100"}
    numerator: "sum(case when days_ago = 1 then 1 else 0 end)"
bands:
  - {label: good, from: 20, source: "S3"}
examples:
  - text: "4 customers, 3 of them used the product in the 30 days before the end"
    value: 75
    facts: [{fact: subscriptions, times: 4, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: events, times: 3, at: 2026-05-20, name: Opened, account: "c#", user: "u#"}]
*/
select c.i, c.account, a.days_ago
from {paying} c
left join (
  select p.i, d.account, min(p.to_day - d.day) as days_ago
  from {points} p
  join generate_series(1, 30) ago(days) on true
  join {active_account_days} d on d.day = p.to_day - cast(ago.days as integer)
  group by p.i, d.account
) a on a.i = c.i and a.account = c.account
where c.is_customer = 1
