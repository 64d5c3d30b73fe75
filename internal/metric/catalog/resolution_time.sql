/*
id: resolution_time
family: support
label:
  en: "Resolution time"
  es: "Tiempo de resolución"
  ro: "Timp de rezolvare"
  ru: "Время решения"
about:
  en: "How long it takes until a conversation is solved: from its opening to its last solution, of those solved in the period and still solved at its end; total duration divided by their number. In business hours only the time counts in which support works."
  es: "Cuánto se tarda en resolver una conversación: de su apertura a su última solución, de las resueltas en el período que siguen resueltas al final; duración total entre su número. En horario laboral solo cuenta el tiempo en que trabaja el soporte."
  ro: "Cât durează până se rezolvă o solicitare: de la deschidere la ultima rezolvare, pentru cele rezolvate în perioadă și rămase rezolvate la sfârșit; durata totală împărțită la numărul lor. În ore de program contează doar timpul în care lucrează suportul."
  ru: "Сколько времени уходит на решение обращения: от открытия до последнего решения, для решённых за период и решённых на его конец; общая длительность, делённая на их число. В рабочих часах считается только время работы поддержки."
formula:
  en: "total minutes from opened to solved / conversations solved"
  es: "minutos totales de abierto a resuelto / conversaciones resueltas"
  ro: "total minute de la deschidere la rezolvare / solicitări rezolvate"
  ru: "сумма минут от открытия до решения / решённые обращения"
unit: minutes
better: lower
type: ratio
facts: [tickets]
key: [ticket_id]
numerator: "sum(minutes)"
numerator_unit: minutes
denominator: "count(*)"
sample: "minutes"
interval: mean
range: [0]
dimensions: [channel, priority, category, agent, team]
people: true
excluded: &why
  solved_before_opened: &backwards {en: "It was solved before it was opened", es: "Se resolvió antes de abrirse", ro: "A fost rezolvat înainte de deschidere", ru: "Решено раньше, чем открыто"}
detail: &statistics
  - {name: median, label: {en: "Median", es: "Mediana", ro: "Mediana", ru: "Медиана"}, unit: minutes, sql: "percentile_cont(0.5) within group (order by minutes)"}
  - {name: p90, label: {en: "Nine of ten within", es: "Nueve de cada diez en", ro: "Nouă din zece în", ru: "Девять из десяти за"}, unit: minutes, sql: "percentile_cont(0.9) within group (order by minutes)"}
variants:
  - id: calendar
    label: {en: "Calendar hours", es: "Horas de calendario", ro: "Ore calendaristice", ru: "Календарные часы"}
  - id: business
    label: {en: "Business hours", es: "Horario laboral", ro: "Ore de program", ru: "Рабочие часы"}
    formula:
      en: "total business minutes from opened to solved / conversations solved"
      es: "minutos laborales totales de abierto a resuelto / conversaciones resueltas"
      ro: "total minute de program de la deschidere la rezolvare / solicitări rezolvate"
      ru: "сумма рабочих минут от открытия до решения / решённые обращения"
    facts: [tickets, messages]
    detail: *statistics
    excluded:
      solved_before_opened: *backwards
      open_for_years: {en: "It was open for more than five years", es: "Estuvo abierto más de cinco años", ro: "A fost deschis peste cinci ani", ru: "Было открыто больше пяти лет"}
bands:
  - {label: good (live conversations), to: 9.0001, source: "S0"}
examples:
  - text: "solved after 8 and after 4 minutes"
    value: 6
    facts: [{fact: tickets, at: "2026-05-10T10:30:00Z", account: a, ticket_id: t8, status: solved, opened_at: "2026-05-10T10:00:00Z", solved_at: "2026-05-10T10:08:00Z"}, {fact: tickets, at: "2026-05-10T10:30:00Z", account: a, ticket_id: t4, status: solved, opened_at: "2026-05-10T10:00:00Z", solved_at: "2026-05-10T10:04:00Z"}]
*/
select i, account, actor, person, ticket_id, settled_ts as ts, channel, priority, category, agent, team,
       cast(extract(epoch from (solved_at - opened_at)) as double precision) / 60 as minutes,
       case when solved_at < opened_at then 'solved_before_opened' end as excluded
from {tickets_at}
where is_open = 0 and settled_ts >= from_ts and settled_ts < to_ts
-- variant business
select t.i, t.account, t.actor, t.person, t.ticket_id, t.settled_ts as ts, t.channel, t.priority, t.category, t.agent, t.team,
       (s.seconds - o.seconds) / 60 as minutes,
       case when t.solved_at < t.opened_at then 'solved_before_opened' when t.opened_at < t.from_ts - interval '5 years' then 'open_for_years' end as excluded
from {tickets_at} t
join {ticket_hours} o on o.t = t.opened_at
join {ticket_hours} s on s.t = t.solved_at
where t.is_open = 0 and t.settled_ts >= t.from_ts and t.settled_ts < t.to_ts
