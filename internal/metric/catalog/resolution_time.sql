/*
id: resolution_time
family: support
label:
  en: "Resolution time"
  es: "Tiempo de resolución"
  ro: "Timp de rezolvare"
  ru: "Время решения"
about:
  en: "How long it takes until a conversation is solved: total duration of the conversations solved in the period divided by their number."
  es: "Cuánto se tarda en resolver una conversación: duración total de las resueltas en el período entre su número."
  ro: "Cât durează până se rezolvă o solicitare: durata totală a celor rezolvate în perioadă împărțită la numărul lor."
  ru: "Сколько времени уходит на решение обращения: общая длительность решённых за период, делённая на их число."
formula: "total minutes from opened to solved / conversations solved"
unit: minutes
better: lower
type: ratio
facts: [tickets]
key: [ticket_id]
numerator: "sum(minutes)"
denominator: "count(*)"
sample: "minutes"
interval: mean
dimensions: [channel, priority, category, agent, team]
detail:
  - {name: median, unit: minutes, sql: "percentile_cont(0.5) within group (order by minutes)"}
  - {name: p90, unit: minutes, sql: "percentile_cont(0.9) within group (order by minutes)"}
bands:
  - {label: good (live conversations), to: 9.0001, source: "S0"}
people: true
*/
select i, account, person, ticket_id, channel, priority, category, agent, team,
       cast(extract(epoch from (solved_at - opened_at)) as double precision) / 60 as minutes
from {ticket_states}
where solved_at >= opened_at
