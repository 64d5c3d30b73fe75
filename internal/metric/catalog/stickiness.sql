/*
id: stickiness
family: product
label:
  en: "Stickiness"
  es: "Adherencia (stickiness)"
  ro: "Fidelitatea utilizării (stickiness)"
  ru: "Липкость (stickiness)"
about:
  en: "How much of a month's audience comes on a usual day: mean of the daily active users over the period divided by the distinct active users of the 30 days that end with it."
  es: "Qué parte del público de un mes viene en un día normal: media de usuarios activos diarios del período entre los usuarios activos distintos de los 30 días que terminan con él."
  ro: "Ce parte din publicul unei luni vine într-o zi obișnuită: media utilizatorilor activi zilnic din perioadă împărțită la utilizatorii activi distincți din cele 30 de zile care se încheie cu ea."
  ru: "Какая часть месячной аудитории приходит в обычный день: среднее число активных за день в периоде, делённое на число разных активных за 30 дней до его конца."
formula:
  en: "mean daily active users / active users of the trailing 30 days * 100"
  es: "media de usuarios activos diarios / usuarios activos de los últimos 30 días * 100"
  ro: "media utilizatorilor activi zilnic / utilizatori activi în ultimele 30 de zile * 100"
  ru: "среднее активных за день / активные за последние 30 дней * 100"
unit: percent
better: higher
type: ratio
facts: [events]
numerator: "1.0 * count(distinct case when in_period then cast(person as bigint) * 100000 + (day - date '1970-01-01') end) / max(days)"
denominator: "count(distinct case when in_month then person end)"
scale: 100
n: "count(distinct case when in_month then person end)"
key: [person]
finest: day
bands:
  - {label: good, from: 13, source: "S3"}
people: true
examples:
  - text: "5 people in 10 days, each on one of them: half a person a day of 5"
    value: 10
    from: 2026-05-22
    facts: [{fact: events, at: 2026-05-22, name: Opened, user: u0}, {fact: events, at: 2026-05-24, name: Opened, user: u1}, {fact: events, at: 2026-05-26, name: Opened, user: u2}, {fact: events, at: 2026-05-28, name: Opened, user: u3}, {fact: events, at: 2026-05-30, name: Opened, user: u4}]
*/
select p.i, a.account, a.person, a.day, p.to_day - p.from_day as days,
       a.day >= p.from_day as in_period, a.day >= p.to_day - 30 as in_month
from {points} p
join {active_days} a on p.from_day < p.to_day and a.day < p.to_day and (a.day >= p.from_day or a.day >= p.to_day - 30)
-- fast
select p.i,
       1.0 * coalesce(sum(case when r.day >= p.from_day and (r.prev_day is null or r.prev_day < r.day) then r.n end), 0) / max(p.to_day - p.from_day) as numerator,
       coalesce(sum(case when r.day >= p.to_day - 30 and (r.prev_day is null or r.prev_day < p.to_day - 30) then r.n end), 0) as denominator,
       coalesce(sum(case when r.day >= p.to_day - 30 and (r.prev_day is null or r.prev_day < p.to_day - 30) then r.n end), 0) as n
from {points} p
join {returns} r on p.from_day < p.to_day and r.day < p.to_day and (r.day >= p.from_day or r.day >= p.to_day - 30)
group by p.i
