/*
id: first_response_time
family: support
label:
  en: "First response time"
  es: "Tiempo de primera respuesta"
  ro: "Timp până la primul răspuns"
  ru: "Время первого ответа"
about:
  en: "How long a customer waits until a person of the team answers in public, of the tickets first answered in the period. Bots and private notes never stop the clock, and the message that opened the ticket is no answer. Where a ticket's messages are not known, its own first response counts. Tickets opened in the period that nobody has answered by its end have no time yet."
  es: "Cuánto espera un cliente hasta que una persona del equipo responde en público, de los tickets respondidos por primera vez en el período. Los bots y las notas privadas nunca paran el reloj, y el mensaje que abrió el ticket no es respuesta. Si no se conocen los mensajes, cuenta la primera respuesta que indica el ticket. Los abiertos en el período sin respuesta al final aún no tienen tiempo."
  ro: "Cât așteaptă un client până îi răspunde public un om din echipă, pentru tichetele la care s-a răspuns prima oară în perioadă. Boții și notele private nu opresc niciodată ceasul, iar mesajul care a deschis tichetul nu e răspuns. Dacă mesajele nu sunt cunoscute, contează primul răspuns notat pe tichet. Cele deschise în perioadă și fără răspuns la sfârșitul ei nu au încă timp."
  ru: "Сколько клиент ждёт публичного ответа человека из команды — по обращениям, впервые получившим ответ за период. Боты и внутренние заметки часы не останавливают, и сообщение, открывшее обращение, ответом не считается. Если сообщения неизвестны, берётся первый ответ, указанный в самом обращении. У открытых за период и оставшихся без ответа на его конец времени ещё нет."
formula:
  en: "total minutes from opened to first answer / tickets first answered"
  es: "minutos totales de abierto a primera respuesta / tickets respondidos por primera vez"
  ro: "total minute de la deschidere la primul răspuns / tichete cu primul răspuns"
  ru: "сумма минут от открытия до первого ответа / обращения с первым ответом"
unit: minutes
better: lower
type: ratio
facts: [tickets, messages]
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
  no_answer_yet: &nobody {en: "Nobody has answered yet", es: "Nadie ha respondido aún", ro: "Încă nu a răspuns nimeni", ru: "Пока никто не ответил"}
  answered_before_opened: &backwards {en: "It was answered before it was opened", es: "Se respondió antes de abrirse", ro: "S-a răspuns înainte de deschidere", ru: "Ответ дан раньше открытия"}
detail: &statistics
  - {name: median, label: {en: "Median", es: "Mediana", ro: "Mediana", ru: "Медиана"}, unit: minutes, sql: "percentile_cont(0.5) within group (order by minutes)"}
  - {name: p90, label: {en: "Nine of ten within", es: "Nueve de cada diez en", ro: "Nouă din zece în", ru: "Девять из десяти за"}, unit: minutes, sql: "percentile_cont(0.9) within group (order by minutes)"}
variants:
  - id: calendar
    label: {en: "Calendar hours", es: "Horas de calendario", ro: "Ore calendaristice", ru: "Календарные часы"}
  - id: business
    label: {en: "Business hours", es: "Horario laboral", ro: "Ore de program", ru: "Рабочие часы"}
    formula:
      en: "total business minutes from opened to first answer / tickets first answered"
      es: "minutos laborales totales de abierto a primera respuesta / tickets respondidos por primera vez"
      ro: "total minute de program de la deschidere la primul răspuns / tichete cu primul răspuns"
      ru: "сумма рабочих минут от открытия до первого ответа / обращения с первым ответом"
    detail: *statistics
    excluded:
      no_answer_yet: *nobody
      answered_before_opened: *backwards
      open_for_years: {en: "It was open for more than five years", es: "Estuvo abierto más de cinco años", ro: "A fost deschis peste cinci ani", ru: "Было открыто больше пяти лет"}
examples:
  - text: "answers after 30 and after 10 minutes"
    value: 20
    facts: [{fact: tickets, at: "2026-05-10T12:00:00Z", account: a, ticket_id: t1, status: pending, opened_at: "2026-05-10T10:00:00Z", first_response_at: "2026-05-10T10:30:00Z"}, {fact: tickets, at: "2026-05-10T12:00:00Z", account: a, ticket_id: t2, status: pending, opened_at: "2026-05-10T10:00:00Z", first_response_at: "2026-05-10T10:10:00Z"}]
*/
select t.i, t.account, t.person, t.ticket_id, coalesce(r.replied_at, t.opened_at) as ts, t.channel, t.priority, t.category, t.agent, t.team,
       cast(extract(epoch from (r.replied_at - t.opened_at)) as double precision) / 60 as minutes,
       case when r.replied_at is null or r.replied_at >= t.to_ts then 'no_answer_yet' when r.replied_at < t.opened_at then 'answered_before_opened' end as excluded
from {tickets_at} t
left join {first_replies} r on r.ticket_id = t.ticket_id
where (r.replied_at >= t.from_ts and r.replied_at < t.to_ts)
   or (t.opened_at >= t.from_ts and t.opened_at < t.to_ts and (r.replied_at is null or r.replied_at >= t.to_ts))
-- variant business
select t.i, t.account, t.person, t.ticket_id, coalesce(r.replied_at, t.opened_at) as ts, t.channel, t.priority, t.category, t.agent, t.team,
       (a.seconds - o.seconds) / 60 as minutes,
       case when r.replied_at is null or r.replied_at >= t.to_ts then 'no_answer_yet' when r.replied_at < t.opened_at then 'answered_before_opened'
            when t.opened_at < t.from_ts - interval '5 years' then 'open_for_years' end as excluded
from {tickets_at} t
left join {first_replies} r on r.ticket_id = t.ticket_id
left join {ticket_hours} o on o.t = t.opened_at
left join {ticket_hours} a on a.t = r.replied_at
where (r.replied_at >= t.from_ts and r.replied_at < t.to_ts)
   or (t.opened_at >= t.from_ts and t.opened_at < t.to_ts and (r.replied_at is null or r.replied_at >= t.to_ts))
