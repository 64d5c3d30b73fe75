/*
id: time_to_close_loop
family: voice
label:
  en: "Time to close the loop"
  es: "Tiempo hasta cerrar el ciclo"
  ro: "Timpul până la reacție"
  ru: "Время до реакции на недовольство"
about:
  en: "Half of the unhappy answers of the period that were followed up had waited no longer than this. Those that nobody followed up have no time and are left out; the closed loop rate counts them."
  es: "La mitad de las respuestas descontentas del período que tuvieron seguimiento no esperó más que esto. Las que nadie atendió no tienen tiempo y se dejan fuera; las cuenta la tasa de ciclos cerrados."
  ro: "Jumătate dintre răspunsurile nemulțumite ale perioadei care au primit o reacție nu au așteptat mai mult. Cele rămase fără reacție nu au timp și nu se numără aici; le numără rata de răspuns la nemulțumiri."
  ru: "Половина недовольных ответов периода, на которые отреагировали, ждала не дольше. У оставленных без реакции времени нет, они не входят; их считает доля закрытых обратных связей."
formula:
  en: "median hours from an unhappy answer to the first follow-up"
  es: "mediana de horas de una respuesta descontenta al primer seguimiento"
  ro: "mediana orelor de la un răspuns nemulțumit la prima reacție"
  ru: "медиана часов от недовольного ответа до первой реакции"
unit: hours
better: lower
type: distribution
facts: [answers, interactions, messages, tickets]
key: [id]
estimator: median
observe: [hours]
words:
  - {name: mean, label: {en: "Mean", es: "Media", ro: "Media", ru: "Среднее"}, unit: hours}
  - {name: lower_quartile, label: {en: "A quarter within", es: "Una cuarta parte en", ro: "Un sfert în", ru: "Четверть за"}, unit: hours}
  - {name: upper_quartile, label: {en: "Three quarters within", es: "Tres cuartas partes en", ro: "Trei sferturi în", ru: "Три четверти за"}, unit: hours}
  - {name: p90, label: {en: "Nine of ten within", es: "Nueve de cada diez en", ro: "Nouă din zece în", ru: "Девять из десяти за"}, unit: hours}
  - {name: hours, label: {en: "Waited", es: "Espera", ro: "A așteptat", ru: "Ожидание"}, unit: hours}
dimensions: [kind, survey, question, touchpoint, locale, agent]
people: true
excluded:
  nobody_known: {en: "Neither person nor account is known", es: "No se conoce ni la persona ni la cuenta", ro: "Nu se cunoaște nici persoana, nici contul", ru: "Неизвестны ни человек, ни аккаунт"}
  not_followed_up: {en: "Nobody has followed up yet", es: "Nadie ha hecho seguimiento aún", ro: "Încă nu a reacționat nimeni", ru: "Никто пока не отреагировал"}
examples:
  - text: "3 detractors are called after 2, 6 and 30 hours"
    value: 6
    facts: [{fact: answers, at: "2026-05-10T00:00:00Z", account: a2, kind: nps, score: 3}, {fact: interactions, at: "2026-05-10T02:00:00Z", account: a2, kind: call}, {fact: answers, at: "2026-05-10T00:00:00Z", account: a6, kind: nps, score: 3}, {fact: interactions, at: "2026-05-10T06:00:00Z", account: a6, kind: call}, {fact: answers, at: "2026-05-10T00:00:00Z", account: a30, kind: nps, score: 3}, {fact: interactions, at: "2026-05-11T06:00:00Z", account: a30, kind: call}]
*/
select i, account, person, id, ts, kind, survey, question, touchpoint, locale, agent,
       cast(extract(epoch from (next_ts - ts)) as double precision) / 3600 as hours,
       coalesce(nobody, case when next_ts is null then 'not_followed_up' end) as excluded
from {closed_loops}
