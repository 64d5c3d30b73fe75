/*
id: seat_use
label: {en: "Seats in use", es: "Puestos en uso", ro: "Locuri folosite", ru: "Занятые места"}
about:
  en: "People who did something in the product in the last 30 days, in percent of the seats that are paid for (the quantity of subscriptions that are active or past due). Not known where no quantity is."
  es: "Personas que hicieron algo en el producto en los últimos 30 días, en porcentaje de los puestos pagados (la cantidad de las suscripciones activas o con pago atrasado). No se conoce si no hay cantidad."
  ro: "Persoane care au făcut ceva în produs în ultimele 30 de zile, în procente din locurile plătite (cantitatea abonamentelor active sau cu plată restantă). Nu se cunoaște dacă nu există cantitate."
  ru: "Люди, что-то делавшие в продукте за 30 дней, в процентах от оплаченных мест (количество в активных и просроченных подписках). Неизвестно, если количество не указано."
unit: percent
better: higher
facts: [events, subscriptions]
*/
with seats as (
  select p.i, s.account, cast(sum(s.quantity) as double precision) as seats
  from {points} p
  join {subscriptions_spans} s on s.ts < p.to_ts and (s.until_ts is null or s.until_ts >= p.to_ts)
  where s.status in ('active', 'past_due') and s.quantity > 0
  group by p.i, s.account
)
select s.i, s.account, 100.0 * coalesce(a.people, 0) / s.seats as value
from seats s
left join (
  select p.i, d.account, count(distinct d.person) as people
  from (select i, until_day, until_day - 30 as since from {points}) p
  join {people_days} d on d.day >= p.since and d.day < p.until_day
  group by p.i, d.account
) a on a.i = s.i and a.account = s.account
