/*
id: qbr_coverage
family: health
label:
  en: "Business review coverage"
  es: "Cobertura de revisiones de negocio"
  ro: "Acoperirea prin analize de business"
  ru: "Охват бизнес-обзорами"
about:
  en: "Of the customers who pay at the end of the period, the share that had a business review in the days before, a quarter unless stated otherwise."
  es: "De los clientes que pagan al final del período, el porcentaje que tuvo una revisión de negocio en los días anteriores, un trimestre si no se indica otra cosa."
  ro: "Dintre clienții care plătesc la sfârșitul perioadei, ponderea celor care au avut o analiză de business în zilele dinainte, un trimestru dacă nu e stabilit altfel."
  ru: "Из клиентов, платящих на конец периода, доля тех, с кем за предшествующие дни (по умолчанию квартал) был проведён бизнес-обзор."
formula:
  en: "customers with a business review in the last days / customers * 100"
  es: "clientes con revisión de negocio en los últimos días / clientes * 100"
  ro: "clienți cu analiză de business în ultimele zile / clienți * 100"
  ru: "клиенты с бизнес-обзором за последние дни / клиенты * 100"
unit: percent
better: higher
type: ratio
facts: [interactions, subscriptions, contracts]
key: [account]
reach: 92
numerator: "sum(reviewed)"
denominator: "count(*)"
scale: 100
finest: day
examples:
  - text: "4 customers, 3 of them had a business review in the last 92 days"
    value: 75
    facts: [{fact: subscriptions, times: 4, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: interactions, times: 3, account: "c#", kind: qbr}]
*/
select c.i, c.account, case when t.i is null then 0 else 1 end as reviewed
from {paying} c
left join (
  select distinct p.i, x.account
  from {points} p
  join {interactions} x on x.day < p.to_day and x.day >= p.to_day - {policy.qbr_days}
  where x.account <> 0 and x.kind = 'qbr'
) t on t.i = c.i and t.account = c.account
where c.is_customer = 1
