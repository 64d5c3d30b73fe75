/*
id: reopen_rate
family: support
label:
  en: "Reopen rate"
  es: "Tasa de reapertura"
  ro: "Rata de redeschidere"
  ru: "Доля открытых снова"
about:
  en: "Of the tickets first solved in the period, the share that was opened again within the days stated."
  es: "De los tickets resueltos por primera vez en el período, el porcentaje que se reabrió en los días indicados."
  ro: "Dintre tichetele rezolvate prima oară în perioadă, ponderea celor redeschise în zilele stabilite."
  ru: "Из обращений, впервые решённых за период, доля открытых снова за указанные дни."
formula:
  en: "solved and opened again / solved * 100"
  es: "resueltos y reabiertos / resueltos * 100"
  ro: "rezolvate și redeschise / rezolvate * 100"
  ru: "решённые и открытые снова / решённые * 100"
unit: percent
better: lower
type: ratio
facts: [tickets, messages]
key: [ticket_id]
numerator: "sum(reopened)"
denominator: "count(*)"
scale: 100
interval: wilson
dimensions: [channel, priority, category, agent, team]
people: true
examples:
  - text: "5 tickets solved, one of them opened again"
    value: 20
    facts: [{fact: tickets, times: 5, account: a, ticket_id: "t#", status: solved, opened_at: 2026-05-09}, {fact: tickets, at: 2026-05-12, account: a, ticket_id: t1, status: reopened}]
*/
select p.i, s.account, s.person, s.ticket_id, s.settled_ts as ts, s.channel, s.priority, s.category, s.agent, s.team,
       case when s.reopens > 0 or s.reopened_ts <= s.settled_ts + interval '{policy.reopen_days} days' then 1 else 0 end as reopened
from {points} p
join {first_solved} s on s.settled_ts >= p.from_ts and s.settled_ts < p.to_ts
