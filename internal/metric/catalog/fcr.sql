/*
id: fcr
family: support
label:
  en: "First contact resolution"
  es: "Resolución en el primer contacto"
  ro: "Rezolvare la primul contact"
  ru: "Решение при первом обращении"
about:
  en: "Share of the tickets first solved in the period that took a single contact and were not opened again within the days stated. Where a ticket does not say how many contacts it took, one answer of the team at most is a single contact. By customers, what was solved at the first contact is set against the customers who opened a ticket."
  es: "Porcentaje de los tickets resueltos por primera vez en el período que necesitaron un solo contacto y no se reabrieron en los días indicados. Si un ticket no dice cuántos contactos tuvo, a lo sumo una respuesta del equipo es un solo contacto. Por clientes, lo resuelto al primer contacto se compara con los clientes que abrieron un ticket."
  ro: "Ponderea tichetelor rezolvate prima oară în perioadă dintr-un singur contact și neredeschise în zilele stabilite. Dacă un tichet nu spune câte contacte a avut, cel mult un răspuns al echipei înseamnă un singur contact. Pe clienți, ce s-a rezolvat la primul contact se raportează la clienții care au deschis un tichet."
  ru: "Доля обращений, впервые решённых за период с одного контакта и не открытых снова за указанные дни. Если в обращении не сказано, сколько было контактов, одним контактом считается не более одного ответа команды. По клиентам решённое с первого контакта относится к числу клиентов, открывших обращения."
formula:
  en: "solved at first contact, not reopened / solved * 100"
  es: "resueltos al primer contacto, sin reabrir / resueltos * 100"
  ro: "rezolvate la primul contact, neredeschise / rezolvate * 100"
  ru: "решённые с первого контакта и не открытые снова / решённые * 100"
unit: percent
better: higher
type: ratio
facts: [tickets, messages]
key: [ticket_id]
numerator: "sum(first_contact)"
denominator: "count(*)"
scale: 100
interval: wilson
dimensions: [channel, priority, category, agent, team]
people: true
excluded: &unknown
  contacts_unknown: {en: "It is not known how many contacts it took", es: "No se sabe cuántos contactos necesitó", ro: "Nu se știe câte contacte au fost", ru: "Неизвестно, сколько было контактов"}
detail:
  - {name: single_contact, label: {en: "Single contact, reopened or not", es: "Un solo contacto, reabiertos o no", ro: "Un singur contact, redeschise sau nu", ru: "Один контакт, с повторным открытием или без"}, unit: count, sql: "sum(single)"}
  - {name: reopened, label: {en: "Single contact, but reopened", es: "Un solo contacto, pero reabiertos", ro: "Un singur contact, dar redeschise", ru: "Один контакт, но открыты снова"}, unit: count, sql: "sum(single) - sum(first_contact)"}
variants:
  - id: tickets
    label: {en: "Of solved tickets", es: "De tickets resueltos", ro: "Din tichete rezolvate", ru: "От решённых обращений"}
  - id: customers
    label: {en: "Of customers in contact", es: "De clientes en contacto", ro: "Din clienți care au contactat", ru: "От обратившихся клиентов"}
    formula:
      en: "solved at first contact / distinct customers that contacted * 100"
      es: "resueltos al primer contacto / clientes distintos que contactaron * 100"
      ro: "rezolvate la primul contact / clienți distincți care au contactat * 100"
      ru: "решённые с первого контакта / разные обратившиеся клиенты * 100"
    key: [customer]
    denominator: "count(distinct case when contacted = 1 then customer end)"
    n: "count(distinct case when contacted = 1 then customer end)"
    interval: none
    no_bands: true
    excluded:
      no_customer: {en: "The customer is not known", es: "No se conoce al cliente", ro: "Clientul nu e cunoscut", ru: "Клиент неизвестен"}
bands:
  - {label: good, from: 70, to: 75, source: "S0"}
examples:
  - text: "4 tickets solved, 3 of them in a single contact"
    value: 75
    facts: [{fact: tickets, times: 3, account: a, ticket_id: "t#", status: solved, opened_at: 2026-05-10, contacts: 1}, {fact: tickets, account: a, ticket_id: more, status: solved, opened_at: 2026-05-10, contacts: 2}]
*/
select p.i, s.account, s.person, s.ticket_id, s.settled_ts as ts, s.channel, s.priority, s.category, s.agent, s.team, s.single, s.first_contact,
       case when s.single is null then 'contacts_unknown' end as excluded
from {points} p
join {first_contacts} s on s.settled_ts >= p.from_ts and s.settled_ts < p.to_ts
-- variant customers
select c.*, case when c.customer is null then 'no_customer' end as excluded
from (
  select p.i, s.account, s.person, s.ticket_id, s.channel, s.priority, s.category, s.agent, s.team, coalesce(s.first_contact, 0) as first_contact, 0 as contacted,
         case when s.account <> 0 then 'account ' || s.account when s.person <> 0 then 'person ' || s.person end as customer
  from {points} p
  join {first_contacts} s on s.settled_ts >= p.from_ts and s.settled_ts < p.to_ts
  union all
  select i, account, person, ticket_id, channel, priority, category, agent, team, 0, 1,
         case when account <> 0 then 'account ' || account when person <> 0 then 'person ' || person end
  from {tickets_at}
  where opened_at >= from_ts and opened_at < to_ts
) c
