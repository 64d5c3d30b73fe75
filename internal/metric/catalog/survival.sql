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
*/
select p.i, l.account, case when l.until_ts < c.seen then 1 else 0 end as ended, {policy.survival_months} as horizon,
       (extract(year from c.last) - extract(year from l.from_ts)) * 12 + extract(month from c.last) - extract(month from l.from_ts)
         + (extract(day from c.last) - extract(day from l.from_ts) + (extract(epoch from c.last - date_trunc('day', c.last)) - extract(epoch from l.from_ts - date_trunc('day', l.from_ts))) / 86400) / 31 as months
from {points} p
join {lifetimes} l on l.from_ts < least(p.to_ts, {now})
cross join lateral (select least(p.to_ts, {now}) as seen, least(l.until_ts, p.to_ts, {now}) as last) c
