/*
id: csat
family: voice
label:
  en: "Customer satisfaction (CSAT)"
  es: "Satisfacción del cliente (CSAT)"
  ro: "Satisfacția clienților (CSAT)"
  ru: "Удовлетворённость клиентов (CSAT)"
about:
  en: "How satisfied were customers with what just happened? Share of answers in the top two boxes of the scale."
  es: "¿Qué tan satisfechos quedaron los clientes con lo que acaba de pasar? Porcentaje de respuestas en las dos casillas más altas."
  ro: "Cât de mulțumiți au fost clienții de ce tocmai s-a întâmplat? Ponderea răspunsurilor din primele două trepte ale scalei."
  ru: "Насколько клиенты довольны тем, что только что произошло? Доля ответов в двух верхних делениях шкалы."
formula: "answers in the top two boxes / answers * 100"
unit: percent
better: higher
type: ratio
facts: [answers]
key: [id]
numerator: "sum(satisfied)"
denominator: "count(*)"
scale: 100
interval: wilson
dimensions: [survey, question, touchpoint, locale, agent]
distribution: score
variants:
  - id: top2
    label: {en: "Top two boxes", es: "Dos casillas superiores", ro: "Primele două trepte", ru: "Две верхние оценки"}
  - id: mean
    label: {en: "Mean of the scale", es: "Media de la escala", ro: "Media scalei", ru: "Среднее по шкале"}
    formula: "sum of scores / sum of the highest possible scores * 100"
    numerator: "sum(score)"
    denominator: "sum(scale_max)"
    sample: "score / scale_max"
    interval: mean
bands:
  - {label: good, from: 75, to: 85, source: "S3"}
  - {label: excellent, from: 80, source: "S0"}
people: true
*/
select p.i, a.account, a.person, a.id, a.ts, a.survey, a.question, a.touchpoint, a.locale, a.agent, a.score, a.scale_max,
       case when a.score >= a.scale_max - 1 then 1 else 0 end as satisfied
from {points} p
join {answers} a on a.ts >= p.from_ts and a.ts < p.to_ts
where a.kind = 'csat'
