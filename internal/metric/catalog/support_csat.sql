/*
id: support_csat
family: support
label:
  en: "Support satisfaction"
  es: "Satisfacción con el soporte"
  ro: "Satisfacția față de suport"
  ru: "Удовлетворённость поддержкой"
about:
  en: "How satisfied customers were with the help they got: answers about a ticket, or asked at the touchpoint support, in the top two boxes of the scale; on a scale of two in the upper one."
  es: "Qué tan satisfechos quedaron los clientes con la ayuda: respuestas sobre un ticket, o del punto de contacto support, en las dos casillas más altas; en una escala de dos, en la de arriba."
  ro: "Cât de mulțumiți au fost clienții de ajutor: răspunsuri despre un tichet sau de la punctul de contact support, în primele două trepte ale scalei; pe o scală de două, în cea de sus."
  ru: "Насколько клиенты довольны помощью: ответы об обращении или заданные в точке support, в двух верхних делениях шкалы; на шкале из двух — в верхнем."
formula:
  en: "answers in the top two boxes / answers about support * 100"
  es: "respuestas en las dos casillas superiores / respuestas sobre soporte * 100"
  ro: "răspunsuri în primele două trepte / răspunsuri despre suport * 100"
  ru: "ответы в двух верхних делениях / ответы о поддержке * 100"
unit: percent
better: higher
type: ratio
facts: [answers, tickets]
key: [id]
numerator: "sum(satisfied)"
denominator: "count(*)"
scale: 100
interval: wilson
range: [0, 100]
dimensions: [survey, channel, priority, category, agent, team]
people: true
distribution: score
excluded:
  not_support: {en: "It was not asked about support", es: "No se preguntó por el soporte", ro: "Nu a fost întrebat despre suport", ru: "Вопрос был не о поддержке"}
variants:
  - id: top2
    label: {en: "Top two boxes", es: "Dos casillas superiores", ro: "Primele două trepte", ru: "Две верхние оценки"}
  - id: mean
    label: {en: "Mean of the scale", es: "Media de la escala", ro: "Media scalei", ru: "Среднее по шкале"}
    formula:
      en: "sum of scores / sum of the highest possible scores * 100"
      es: "suma de puntuaciones / suma de las máximas posibles * 100"
      ro: "suma scorurilor / suma celor mai mari scoruri posibile * 100"
      ru: "сумма оценок / сумма наибольших возможных * 100"
    numerator: "sum(score)"
    numerator_unit: score
    denominator: "sum(scale_max)"
    denominator_unit: score
    sample: "score"
    sample_of: "scale_max"
    interval: ratio
examples:
  - text: "asked after help: 5, 5, 4, 3 and 1 of 5"
    value: 60
    facts: [{fact: answers, user: u0, kind: csat, score: 5, touchpoint: support}, {fact: answers, user: u1, kind: csat, score: 5, touchpoint: support}, {fact: answers, user: u2, kind: csat, score: 4, touchpoint: support}, {fact: answers, user: u3, kind: csat, score: 3, touchpoint: support}, {fact: answers, user: u4, kind: csat, score: 1, touchpoint: support}]
*/
select s.i, s.account, s.person, s.id, s.ts, s.survey, s.score, s.scale_max, s.satisfied, t.channel, t.priority, t.category, coalesce(s.agent, t.agent) as agent, t.team,
       case when s.ticket_id is null and coalesce(lower(s.touchpoint), '') <> 'support' then 'not_support' end as excluded
from {satisfaction} s
left join {tickets_spans} t on t.ticket_id = s.ticket_id and t.ts <= s.ts and coalesce(t.until_ts, timestamp '9999-01-01 00:00:00') > s.ts
