/*
id: touch_coverage
family: health
label:
  en: "Touch coverage"
  es: "Cobertura de contacto"
  ro: "Acoperirea prin contact"
  ru: "Охват контактами"
about:
  en: "Of the customers who pay at the end of the period, the share that the team was in contact with in the days before: calls, mails, meetings and what else the policy names."
  es: "De los clientes que pagan al final del período, el porcentaje con el que el equipo tuvo contacto en los días anteriores: llamadas, correos, reuniones y lo demás que nombra la política."
  ro: "Dintre clienții care plătesc la sfârșitul perioadei, ponderea celor cu care echipa a fost în contact în zilele dinainte: apeluri, e-mailuri, întâlniri și ce mai numește politica."
  ru: "Из клиентов, платящих на конец периода, доля тех, с кем команда связывалась за предшествующие дни: звонки, письма, встречи и прочее, что названо в правиле."
formula:
  en: "customers in contact in the last days / customers * 100"
  es: "clientes con contacto en los últimos días / clientes * 100"
  ro: "clienți contactați în ultimele zile / clienți * 100"
  ru: "клиенты с контактом за последние дни / клиенты * 100"
unit: percent
better: higher
type: ratio
facts: [interactions, subscriptions, contracts]
key: [account]
reach: 90
numerator: "sum(touched)"
denominator: "count(*)"
scale: 100
finest: day
examples:
  - text: "4 customers, 3 of them called or met in the last 90 days"
    value: 75
    facts: [{fact: subscriptions, times: 4, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: interactions, times: 2, account: "c#", kind: call}, {fact: interactions, account: c3, kind: meeting}]
*/
select c.i, c.account, case when t.i is null then 0 else 1 end as touched
from {paying} c
left join (
  select distinct p.i, x.account
  from {points} p
  join {interactions} x on x.day < p.to_day and x.day >= p.to_day - {policy.touch_days}
  where x.account <> 0 and {policy.touch_kinds(x.kind)}
) t on t.i = c.i and t.account = c.account
where c.is_customer = 1
