/*
id: ticket_volume
family: support
label:
  en: "Ticket volume"
  es: "Volumen de tickets"
  ro: "Volumul tichetelor"
  ru: "Количество обращений"
about:
  en: "Tickets opened in the period, each counted once. Opening again is no new ticket."
  es: "Tickets abiertos en el período, cada uno contado una vez. Reabrir no es un ticket nuevo."
  ro: "Tichete deschise în perioadă, fiecare numărat o dată. O redeschidere nu e un tichet nou."
  ru: "Обращения, открытые за период, каждое один раз. Повторное открытие — не новое обращение."
formula:
  en: "tickets opened"
  es: "tickets abiertos"
  ro: "tichete deschise"
  ru: "открытые обращения"
unit: count
better: neither
type: activity
adds: true
facts: [tickets]
key: [ticket_id]
numerator: "count(*)"
dimensions: [channel, priority, category, agent, team]
people: true
detail:
  - {name: customers, label: {en: "Accounts that opened one", es: "Cuentas que abrieron alguno", ro: "Conturi care au deschis unul", ru: "Аккаунты, открывшие обращения"}, unit: count, sql: "count(distinct nullif(account, 0))"}
  - {name: solved, label: {en: "Of them solved by the end", es: "De ellos resueltos al final", ro: "Dintre ele rezolvate până la sfârșit", ru: "Из них решены к концу"}, unit: count, sql: "sum(1 - is_open)"}
examples:
  - text: "3 tickets; one is opened again"
    value: 3
    facts: [{fact: tickets, times: 3, account: a, ticket_id: "t#", status: open, opened_at: 2026-05-10}, {fact: tickets, at: 2026-05-12, account: a, ticket_id: t1, status: solved}, {fact: tickets, at: 2026-05-14, account: a, ticket_id: t1, status: reopened}]
*/
select i, account, person, ticket_id, opened_at as ts, channel, priority, category, agent, team, is_open
from {tickets_at}
where opened_at >= from_ts and opened_at < to_ts
