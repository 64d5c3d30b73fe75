/*
id: first_cycle_churn_rate
family: customers
label:
  en: "First-cycle churn"
  es: "Abandono en el primer ciclo"
  ro: "Pierdere în primul ciclu"
  ru: "Отток в первом цикле"
about:
  en: "Of the customers whose first renewal fell in the period, the share that left at or before it. The first renewal is one billing interval after the first payment, or the end of the first contract; leaving on its day is leaving at it. A gap of less than a day is none."
  es: "De los clientes cuya primera renovación cayó en el período, el porcentaje que se fue en ella o antes. La primera renovación llega un intervalo de cobro después del primer pago, o al final del primer contrato; irse ese día es irse en ella. Un hueco de menos de un día no cuenta."
  ro: "Dintre clienții a căror primă reînnoire a căzut în perioadă, ponderea celor plecați până la ea. Prima reînnoire vine la un interval de facturare după prima plată sau la sfârșitul primului contract; plecarea în ziua ei se socotește. O pauză sub o zi nu se pune."
  ru: "Доля клиентов, чьё первое продление пришлось на период и которые ушли до него или на нём. Первое продление — через один интервал оплаты после первой оплаты или в конце первого договора; уход в этот день считается. Перерыв меньше суток не считается."
formula:
  en: "customers lost at or before their first renewal / customers whose first renewal fell in the period * 100"
  es: "clientes perdidos hasta su primera renovación / clientes cuya primera renovación cayó en el período * 100"
  ro: "clienți pierduți până la prima reînnoire / clienți cu prima reînnoire în perioadă * 100"
  ru: "ушедшие до первого продления / клиенты с первым продлением в периоде * 100"
unit: percent
better: lower
type: ratio
facts: [subscriptions, contracts, orders]
key: [account]
numerator: "sum(lost)"
denominator: "count(*)"
scale: 100
interval: wilson
excluded:
  ahead: {en: "the day has not come yet", es: "el día aún no ha llegado", ro: "ziua nu a venit încă", ru: "день ещё не наступил"}
variants:
  - id: first_renewal
    label: {en: "At the first renewal", es: "En la primera renovación", ro: "La prima reînnoire", ru: "На первом продлении"}
  - id: ninety_days
    label: {en: "In the first 90 days", es: "En los primeros 90 días", ro: "În primele 90 de zile", ru: "В первые 90 дней"}
    formula: {en: "customers lost within 90 days / customers whose first 90 days ended in the period * 100", es: "clientes perdidos en 90 días / clientes cuyos primeros 90 días acabaron en el período * 100", ro: "clienți pierduți în 90 de zile / clienți ale căror prime 90 de zile s-au încheiat în perioadă * 100", ru: "ушедшие за 90 дней / клиенты, чьи первые 90 дней закончились в периоде * 100"}
examples:
  - text: "4 customers since 10 April renew for the first time on 10 May; one leaves on the 8th"
    value: 25
    facts: [{fact: subscriptions, times: 4, at: 2026-04-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-08, account: c1, subscription_id: c1, status: canceled, amount: "100", currency: EUR, interval: month}]
*/
select p.i, l.account, l.from_ts as began, case when l.until_ts < l.cycle_end + interval '1 day' then 1 else 0 end as lost,
       case when l.cycle_end >= {now} then 'ahead' end as excluded
from {points} p
join {lifetimes} l on l.cycle_end >= p.from_ts and l.cycle_end < p.to_ts
-- variant ninety_days
select p.i, l.account, l.from_ts as began, case when l.until_ts < l.from_ts + interval '90 days' then 1 else 0 end as lost
from {points} p
join {lifetimes} l on l.from_ts + interval '90 days' >= p.from_ts and l.from_ts + interval '90 days' < p.to_ts
where l.from_ts + interval '90 days' < {now}
