/*
id: fcr
family: support
label:
  en: "First contact resolution"
  es: "Resolución en el primer contacto"
  ro: "Rezolvare la primul contact"
  ru: "Решение при первом обращении"
about:
  en: "Share of the tickets solved in the period that took a single contact and were not reopened within 7 days."
  es: "Porcentaje de los tickets resueltos en el período que necesitaron un solo contacto y no se reabrieron en 7 días."
  ro: "Ponderea tichetelor rezolvate în perioadă dintr-un singur contact și neredeschise în 7 zile."
  ru: "Доля обращений, решённых за период с первого контакта и не открытых снова в течение 7 дней."
formula: "solved at first contact, not reopened in 7 days / solved * 100"
unit: percent
better: higher
type: ratio
facts: [tickets]
numerator: "sum(first_contact)"
denominator: "sum(solved)"
scale: 100
n: "sum(solved)"
interval: wilson
dimensions: [channel, priority, category, agent, team]
variants:
  - id: tickets
    label: {en: "Of solved tickets", es: "De tickets resueltos", ro: "Din tichete rezolvate", ru: "От решённых обращений"}
  - id: customers
    label: {en: "Of customers in contact", es: "De clientes en contacto", ro: "Din clienți care au contactat", ru: "От обратившихся клиентов"}
    formula: "solved at first contact / distinct customers that contacted * 100"
    denominator: "count(distinct case when contacted = 1 then account end)"
    n: "count(distinct case when contacted = 1 then account end)"
    interval: none
    no_bands: true
bands:
  - {label: good, from: 70, to: 75, source: "S0"}
people: true
*/
select p.i, s.account, s.person, s.ticket_id, s.channel, s.priority, s.category, s.agent, s.team, 1 as solved, s.first_contact, 0 as contacted
from {points} p
join {first_solved} s on s.solved_at >= p.from_ts and s.solved_at < p.to_ts
union all
select p.i, t.account, t.person, t.ticket_id, t.channel, t.priority, t.category, t.agent, t.team, 0, 0, 1
from {points} p
join (
  select distinct on (ticket_id) ticket_id, account, person, channel, priority, category, agent, team, coalesce(opened_at, ts) as opened_at
  from {tickets} order by ticket_id, ts, seq
) t on t.opened_at >= p.from_ts and t.opened_at < p.to_ts
