/*
id: aht
family: support
label:
  en: "Average handle time"
  es: "Tiempo medio de gestión"
  ro: "Durata medie de tratare"
  ru: "Среднее время обработки"
about:
  en: "How much work a contact takes: talking, holding and the work after it, of the tickets solved in the period, divided by their contacts. Tickets that state none of these times are left out; where the contacts are not stated it was one."
  es: "Cuánto trabajo lleva un contacto: conversación, espera y trabajo posterior, de los tickets resueltos en el período, entre sus contactos. Los que no indican ninguno de estos tiempos se dejan fuera; si no se indican los contactos, fue uno."
  ro: "Câtă muncă cere un contact: convorbire, așteptare și lucrul de după, pentru tichetele rezolvate în perioadă, împărțite la contactele lor. Cele fără niciunul dintre acești timpi nu se numără; dacă numărul contactelor lipsește, a fost unul."
  ru: "Сколько работы требует контакт: разговор, удержание и работа после него по обращениям, решённым за период, делённые на число контактов. Обращения, где не указано ни одно из этих времён, не входят; если число контактов не указано, контакт был один."
formula:
  en: "(talk + hold + after-contact work) / contacts"
  es: "(conversación + espera + trabajo posterior) / contactos"
  ro: "(convorbire + așteptare + lucrul de după) / contacte"
  ru: "(разговор + удержание + работа после контакта) / контакты"
unit: minutes
better: lower
type: ratio
facts: [tickets]
key: [ticket_id]
numerator: "sum(minutes)"
numerator_unit: minutes
denominator: "sum(contacts)"
n: "count(*)"
sample: "minutes"
sample_of: "contacts"
interval: ratio
range: [0]
dimensions: [channel, priority, category, agent, team]
people: true
excluded:
  no_times: {en: "Its times of work are not known", es: "No se conocen sus tiempos de trabajo", ro: "Nu se cunosc timpii de lucru", ru: "Времена работы неизвестны"}
detail:
  - {name: talk, label: {en: "Talk per contact", es: "Conversación por contacto", ro: "Convorbire pe contact", ru: "Разговор на контакт"}, unit: minutes, sql: "sum(talk) / nullif(sum(contacts), 0)"}
  - {name: hold, label: {en: "Hold per contact", es: "Espera por contacto", ro: "Așteptare pe contact", ru: "Удержание на контакт"}, unit: minutes, sql: "sum(hold) / nullif(sum(contacts), 0)"}
  - {name: wrap, label: {en: "Work after the contact", es: "Trabajo posterior por contacto", ro: "Lucru după contact", ru: "Работа после контакта"}, unit: minutes, sql: "sum(wrap) / nullif(sum(contacts), 0)"}
  - {name: held, label: {en: "Tickets that were on hold", es: "Tickets con espera", ro: "Tichete puse în așteptare", ru: "Обращения с удержанием"}, unit: percent, sql: "100.0 * sum(case when hold > 0 then 1 else 0 end) / count(*)"}
  - {name: transfers, label: {en: "Transfers per ticket", es: "Transferencias por ticket", ro: "Transferuri pe tichet", ru: "Переводов на обращение"}, unit: number, sql: "avg(cast(transfers as double precision))"}
examples:
  - text: "a ticket of one contact with 4 + 1 + 2 minutes, and one of three contacts with 8 + 0 + 1: 16 minutes / 4 contacts"
    value: 4
    facts: [{fact: tickets, account: a, ticket_id: t1, status: solved, opened_at: 2026-05-09, contacts: 1, talk_seconds: 240, hold_seconds: 60, wrap_seconds: 120}, {fact: tickets, account: a, ticket_id: t2, status: solved, opened_at: 2026-05-09, contacts: 3, talk_seconds: 480, hold_seconds: 0, wrap_seconds: 60}]
*/
select i, account, person, ticket_id, settled_ts as ts, channel, priority, category, agent, team, greatest(coalesce(contacts, 1), 1) as contacts, transfers,
       coalesce(talk_seconds, 0) / 60 as talk, coalesce(hold_seconds, 0) / 60 as hold, coalesce(wrap_seconds, 0) / 60 as wrap,
       (coalesce(talk_seconds, 0) + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0)) / 60 as minutes,
       case when talk_seconds is null and hold_seconds is null and wrap_seconds is null then 'no_times' end as excluded
from {tickets_at}
where is_open = 0 and settled_ts >= from_ts and settled_ts < to_ts
