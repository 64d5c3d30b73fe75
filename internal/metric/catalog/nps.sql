/*
id: nps
family: voice
label:
  en: "Net Promoter Score"
  es: "Net Promoter Score"
  ro: "Net Promoter Score"
  ru: "Индекс потребительской лояльности (NPS)"
about:
  en: "Would customers recommend you? Share of promoters (9-10) minus share of detractors (0-6); passives (7-8) count among the answers only."
  es: "¿Le recomendarían los clientes? Porcentaje de promotores (9-10) menos porcentaje de detractores (0-6); los pasivos (7-8) solo cuentan entre las respuestas."
  ro: "V-ar recomanda clienții? Ponderea promotorilor (9-10) minus ponderea detractorilor (0-6); pasivii (7-8) se numără doar la răspunsuri."
  ru: "Порекомендуют ли вас клиенты? Доля промоутеров (9-10) минус доля критиков (0-6); нейтральные (7-8) входят только в число ответов."
formula: "(promoters - detractors) / answers * 100"
unit: points
better: higher
type: ratio
facts: [answers]
key: [id]
numerator: "sum(promoter) - sum(detractor)"
denominator: "count(*)"
scale: 100
sample: "promoter - detractor"
interval: nps
dimensions: [survey, question, touchpoint, locale, agent]
distribution: score
detail:
  - {name: promoters, unit: count, sql: "sum(promoter)"}
  - {name: passives, unit: count, sql: "sum(1 - promoter - detractor)"}
  - {name: detractors, unit: count, sql: "sum(detractor)"}
bands:
  - {label: good, from: 0, to: 20, source: "S3"}
  - {label: great, from: 20, to: 50, source: "S3"}
  - {label: excellent, from: 50, source: "S3"}
  - {label: good, from: 30, to: 70, source: "S0"}
  - {label: excellent, from: 70, source: "S0"}
people: true
*/
select p.i, a.account, a.person, a.id, a.ts, a.survey, a.question, a.touchpoint, a.locale, a.agent, a.score,
       case when a.score >= 9 then 1 else 0 end as promoter,
       case when a.score <= 6 then 1 else 0 end as detractor
from {points} p
join {answers} a on a.ts >= p.from_ts and a.ts < p.to_ts
where a.kind = 'nps'
