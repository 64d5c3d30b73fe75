/*
id: backlog
family: support
label:
  en: "Backlog"
  es: "Tickets pendientes"
  ro: "Tichete restante"
  ru: "Нерешённые обращения"
about:
  en: "Tickets that are not solved at the end of the period: open, waiting for the customer, or opened again."
  es: "Tickets sin resolver al final del período: abiertos, a la espera del cliente o reabiertos."
  ro: "Tichete nerezolvate la sfârșitul perioadei: deschise, în așteptarea clientului sau redeschise."
  ru: "Обращения, не решённые на конец периода: открытые, ожидающие клиента или открытые снова."
formula:
  en: "tickets not solved at the end"
  es: "tickets sin resolver al final"
  ro: "tichete nerezolvate la sfârșit"
  ru: "обращения, не решённые на конец"
unit: count
better: lower
type: balance
facts: [tickets]
key: [ticket_id]
numerator: "count(*)"
dimensions: [channel, priority, category, agent, team]
people: true
detail:
  - {name: older_than_a_week, label: {en: "Open for more than a week", es: "Abiertos más de una semana", ro: "Deschise de peste o săptămână", ru: "Открыты больше недели"}, unit: count, sql: "sum(case when days > 7 then 1 else 0 end)"}
  - {name: median_days, label: {en: "Median age", es: "Edad mediana", ro: "Vechimea mediană", ru: "Медианный возраст"}, unit: days, sql: "percentile_cont(0.5) within group (order by days)"}
examples:
  - text: "4 tickets opened, one of them solved"
    value: 3
    facts: [{fact: tickets, times: 4, account: a, ticket_id: "t#", status: open, opened_at: 2026-05-10}, {fact: tickets, at: 2026-05-12, account: a, ticket_id: t1, status: solved}]
*/
select i, account, person, ticket_id, channel, priority, category, agent, team,
       cast(extract(epoch from (least(to_ts, {now}) - opened_at)) as double precision) / 86400 as days
from {tickets_at}
where is_open = 1
