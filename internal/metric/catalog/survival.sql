/*
id: survival
family: customers
label:
  en: "Customer survival"
  es: "Supervivencia de clientes"
  ro: "Supraviețuirea clienților"
  ru: "Выживаемость клиентов"
about:
  en: "The share of customers that still pay after so many months, by Kaplan and Meier over all who ever became customers before the end of the period: those that still pay count for as long as they are known. With the curve month by month, its band, and the median lifetime. Not defined for longer than anybody was watched. A gap of less than a day is no end; what a customer does after leaving is another life."
  es: "El porcentaje de clientes que sigue pagando tras tantos meses, según Kaplan y Meier sobre todos los que fueron clientes antes del final del período: los que siguen pagando cuentan mientras se les conoce. Con la curva mes a mes, su banda y la vida mediana. No se define más allá de lo observado. Un hueco de menos de un día no es un final; lo que hace un cliente tras irse es otra vida."
  ro: "Ponderea clienților care plătesc și după atâtea luni, după Kaplan și Meier pe toți cei deveniți clienți înainte de sfârșitul perioadei: cei care încă plătesc contează cât sunt cunoscuți. Cu curba lună de lună, banda ei și durata mediană. Nu e definită dincolo de cât a fost cineva urmărit. O pauză sub o zi nu e sfârșit; ce face un client după plecare e altă viață."
  ru: "Доля клиентов, которые платят и через столько месяцев, по Каплану и Мейеру по всем, кто стал клиентом до конца периода: те, кто ещё платит, считаются, пока известны. С кривой по месяцам, её полосой и медианным сроком. Не определена дальше, чем кого-либо наблюдали. Перерыв меньше суток — не конец; то, что клиент делает после ухода, — другая жизнь."
formula:
  en: "product over every leaving of 1 - customers that left / customers that could leave then"
  es: "producto, en cada salida, de 1 - clientes que se fueron / clientes que podían irse entonces"
  ro: "produsul, la fiecare plecare, al 1 - clienți plecați / clienți care puteau pleca atunci"
  ru: "произведение по каждому уходу: 1 - ушедшие / те, кто мог уйти тогда"
unit: percent
better: higher
type: distribution
facts: [subscriptions, contracts, orders]
key: [account]
estimator: survival
observe: [months, ended, horizon]
words:
  - {name: customers, label: {en: "Customers ever", es: "Clientes que ha habido", ro: "Clienți vreodată", ru: "Клиентов за всё время"}, unit: count}
  - {name: lost, label: {en: "Of them lost", es: "De ellos perdidos", ro: "Dintre ei pierduți", ru: "Из них ушли"}, unit: count}
  - {name: median_months, label: {en: "Median lifetime", es: "Mediana de vida", ro: "Durata mediană", ru: "Медиана срока"}, unit: months}
  - {name: median_low, label: {en: "Median lifetime, low", es: "Mediana de vida, inferior", ro: "Durata mediană, minim", ru: "Медиана срока, нижняя граница"}, unit: months}
  - {name: median_high, label: {en: "Median lifetime, high", es: "Mediana de vida, superior", ro: "Durata mediană, maxim", ru: "Медиана срока, верхняя граница"}, unit: months}
  - {name: curve, label: {en: "Still customers, month by month", es: "Siguen siendo clientes, mes a mes", ro: "Încă clienți, lună de lună", ru: "Остаются клиентами, по месяцам"}}
  - {name: month, label: {en: "month", es: "mes", ro: "luna", ru: "месяц"}, unit: number}
  - {name: share, label: {en: "still there", es: "siguen", ro: "au rămas", ru: "остались"}, unit: percent}
  - {name: low, label: {en: "at least", es: "al menos", ro: "cel puțin", ru: "не менее"}, unit: percent}
  - {name: high, label: {en: "at most", es: "como mucho", ro: "cel mult", ru: "не более"}, unit: percent}
  - {name: at_risk, label: {en: "watched", es: "observados", ro: "urmăriți", ru: "под наблюдением"}, unit: count}
  - {name: months, label: {en: "Customer for", es: "Cliente durante", ro: "Client timp de", ru: "Клиент в течение"}, unit: months}
  - {name: ended, label: {en: "Left (1) or still there (0)", es: "Se fue (1) o sigue (0)", ro: "A plecat (1) sau a rămas (0)", ru: "Ушёл (1) или остался (0)"}, unit: number}
examples:
  - text: "4 customers since January 2025; one left after 6 months: three quarters still pay after 12"
    value: 75
    facts: [{fact: subscriptions, times: 4, at: 2025-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2025-07-10, account: c1, subscription_id: c1, status: canceled, amount: "100", currency: EUR, interval: month}]
*/
select p.i, l.account, case when l.until_ts < c.seen then 1 else 0 end as ended, {policy.survival_months} as horizon,
       (extract(year from c.last) - extract(year from l.from_ts)) * 12 + extract(month from c.last) - extract(month from l.from_ts)
         + (extract(day from c.last) - extract(day from l.from_ts) + (extract(epoch from c.last - date_trunc('day', c.last)) - extract(epoch from l.from_ts - date_trunc('day', l.from_ts))) / 86400) / 31 as months
from {points} p
join {lifetimes} l on l.from_ts < least(p.to_ts, {now})
cross join lateral (select least(p.to_ts, {now}) as seen, least(l.until_ts, p.to_ts, {now}) as last) c
