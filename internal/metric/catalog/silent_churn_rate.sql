/*
id: silent_churn_rate
family: customers
label:
  en: "Silent churn"
  es: "Abandono silencioso"
  ro: "Plecare tăcută"
  ru: "Тихий отток"
about:
  en: "Of the customers that pay at the end, the share without a product event in the days before it, today's included: they left without saying so."
  es: "De los clientes que pagan al final, el porcentaje sin ningún evento de producto en los días anteriores, hoy incluido: se fueron sin decirlo."
  ro: "Dintre clienții care plătesc la sfârșit, ponderea celor fără niciun eveniment în produs în zilele dinainte, cu cea de azi: au plecat fără să spună."
  ru: "Доля клиентов, платящих в конце, у которых в предыдущие дни, включая последний, не было событий в продукте: ушли молча."
formula:
  en: "paying customers without an event in N days / paying customers * 100"
  es: "clientes de pago sin eventos en N días / clientes de pago * 100"
  ro: "clienți plătitori fără evenimente în N zile / clienți plătitori * 100"
  ru: "платящие клиенты без событий за N дней / платящие клиенты * 100"
unit: percent
better: lower
type: ratio
facts: [subscriptions, contracts, orders, events]
key: [account]
numerator: "sum(silent)"
denominator: "count(*)"
scale: 100
interval: wilson
finest: day
reach: 30
detail:
  - {name: silent, label: {en: "Silent", es: "Silenciosos", ro: "Tăcuți", ru: "Молчат"}, unit: count, sql: "sum(silent)"}
examples:
  - text: "4 customers, 3 of them used the product in the last 30 days"
    value: 25
    facts: [{fact: subscriptions, times: 4, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: events, times: 3, at: 2026-05-20, name: Opened, account: "c#", user: "u#"}]
*/
select c.i, c.account, case when a.account is null then 1 else 0 end as silent
from {paying} c
left join (
  select distinct p.i, d.account
  from {points} p
  join generate_series(1, {policy.inactive_days}) ago(days) on true
  join {account_days} d on d.day = p.to_day - cast(ago.days as integer)
) a on a.i = c.i and a.account = c.account
where c.is_customer = 1
