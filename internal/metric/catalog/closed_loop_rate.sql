/*
id: closed_loop_rate
family: voice
label:
  en: "Closed loop rate"
  es: "Tasa de ciclos cerrados"
  ro: "Rata de răspuns la nemulțumiri"
  ru: "Доля закрытых обратных связей"
about:
  en: "Of the unhappy answers of the period (detractors, and scores below the middle of the scale), the share that was followed up within the target time: a call, mail or meeting with the account, or an answer of the team in a ticket. Answers whose time still runs are left out until it is over."
  es: "De las respuestas descontentas del período (detractores y puntuaciones por debajo de la mitad de la escala), el porcentaje que tuvo seguimiento dentro del plazo: llamada, correo o reunión con la cuenta, o una respuesta del equipo en un ticket. Las que aún tienen plazo se dejan fuera hasta que acabe."
  ro: "Din răspunsurile nemulțumite ale perioadei (detractori și scoruri sub mijlocul scalei), ponderea celor urmate în timpul țintă de un apel, un e-mail sau o întâlnire cu contul ori de un răspuns al echipei într-un tichet. Cele al căror termen încă nu a trecut nu se numără până atunci."
  ru: "Из недовольных ответов периода (критики и оценки ниже середины шкалы) доля тех, за которыми в срок последовали звонок, письмо или встреча с аккаунтом либо ответ команды в обращении. Ответы, срок которых ещё идёт, не учитываются до его окончания."
formula:
  en: "unhappy answers followed up in time / unhappy answers * 100"
  es: "respuestas descontentas con seguimiento a tiempo / respuestas descontentas * 100"
  ro: "răspunsuri nemulțumite urmate la timp / răspunsuri nemulțumite * 100"
  ru: "недовольные ответы с реакцией в срок / недовольные ответы * 100"
unit: percent
better: higher
type: ratio
facts: [answers, interactions, messages, tickets]
key: [id]
numerator: "sum(in_time)"
denominator: "count(*)"
scale: 100
interval: wilson
dimensions: [kind, survey, question, touchpoint, locale, agent]
people: true
excluded:
  still_time: {en: "The target time still runs", es: "El plazo aún corre", ro: "Termenul încă nu a trecut", ru: "Срок ещё не истёк"}
  nobody_known: {en: "Neither person nor account is known", es: "No se conoce ni la persona ni la cuenta", ro: "Nu se cunoaște nici persoana, nici contul", ru: "Неизвестны ни человек, ни аккаунт"}
detail:
  - {name: followed_up, label: {en: "Followed up, in time or late", es: "Con seguimiento, a tiempo o tarde", ro: "Urmate, la timp sau târziu", ru: "С реакцией, в срок или позже"}, unit: count, sql: "sum(case when next_ts is null then 0 else 1 end)"}
  - {name: median_hours, label: {en: "Median hours to the follow-up", es: "Mediana de horas hasta el seguimiento", ro: "Mediana orelor până la reacție", ru: "Медиана часов до реакции"}, unit: hours, sql: "percentile_cont(0.5) within group (order by hours)"}
examples:
  - text: "4 detractors, 3 of them called the next day"
    value: 75
    facts: [{fact: answers, times: 4, account: "a#", kind: nps, score: 3}, {fact: interactions, times: 3, at: 2026-05-11, account: "a#", kind: call}]
*/
select i, account, person, id, ts, kind, survey, question, touchpoint, locale, agent, next_ts,
       cast(extract(epoch from (next_ts - ts)) as double precision) / 3600 as hours,
       case when next_ts <= ts + interval '{policy.closed_loop_hours} hours' then 1 else 0 end as in_time,
       coalesce(nobody, case when coalesce(next_ts > ts + interval '{policy.closed_loop_hours} hours', true) and ts + interval '{policy.closed_loop_hours} hours' >= {now} then 'still_time' end) as excluded
from {closed_loops}
