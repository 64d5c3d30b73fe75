/*
id: ces
family: voice
label:
  en: "Customer effort score (CES)"
  es: "Esfuerzo del cliente (CES)"
  ro: "Efortul clientului (CES)"
  ru: "Оценка усилий клиента (CES)"
about:
  en: "How easy was it? Mean score of one kind of question: agreement that it was easy (higher is better), or effort it took (lower is better). The two are never averaged together."
  es: "¿Fue fácil? Puntuación media de un solo tipo de pregunta: acuerdo con que fue fácil (más es mejor) o esfuerzo que costó (menos es mejor). Nunca se promedian juntas."
  ro: "Cât de ușor a fost? Scorul mediu al unui singur tip de întrebare: acordul că a fost ușor (mai mult e mai bine) sau efortul depus (mai puțin e mai bine). Cele două nu se amestecă niciodată."
  ru: "Было ли легко? Средняя оценка вопроса одного вида: согласие, что было легко (больше — лучше), или затраченные усилия (меньше — лучше). Вместе они не усредняются."
formula: "sum of scores / answers"
unit: score
better: higher
type: ratio
facts: [answers]
numerator: "sum(score)"
denominator: "count(*)"
sample: "score"
interval: mean
dimensions: [survey, question, touchpoint, locale, agent, orientation, scale_max]
distribution: score
variants:
  - id: ease
    label: {en: "Agreement that it was easy", es: "Acuerdo con que fue fácil", ro: "Acordul că a fost ușor", ru: "Согласие, что было легко"}
    where: "orientation = 'ease'"
  - id: effort
    label: {en: "Effort it took", es: "Esfuerzo que costó", ro: "Efortul depus", ru: "Затраченные усилия"}
    better: lower
    where: "orientation = 'effort'"
  - id: effort5
    label: {en: "Effort, asked on 1-5", es: "Esfuerzo, de 1 a 5", ro: "Efort, pe scala 1-5", ru: "Усилия по шкале 1-5"}
    better: lower
    where: "orientation = 'effort' and scale_max = 5"
    bands:
      - {label: good, to: 2.0001, source: "S3"}
  - id: effort7
    label: {en: "Effort, asked on 1-7", es: "Esfuerzo, de 1 a 7", ro: "Efort, pe scala 1-7", ru: "Усилия по шкале 1-7"}
    better: lower
    where: "orientation = 'effort' and scale_max = 7"
    bands:
      - {label: good, to: 3.0001, source: "S3"}
people: true
*/
select p.i, a.account, a.person, a.id, a.ts, a.survey, a.question, a.touchpoint, a.locale, a.agent, a.score, a.scale_max, a.orientation
from {points} p
join {answers} a on a.ts >= p.from_ts and a.ts < p.to_ts
where a.kind = 'ces'
