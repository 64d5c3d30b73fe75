/*
id: ces
family: voice
label:
  en: "Customer effort score (CES)"
  es: "Esfuerzo del cliente (CES)"
  ro: "Efortul clientului (CES)"
  ru: "Оценка усилий клиента (CES)"
about:
  en: "How easy was it? Mean score of one kind of question: agreement that it was easy (higher is better), or effort it took (lower is better). The two are never averaged together. Where a question is asked on scales of five and of seven, choose one of them. Agreement is also shown as the share above the middle of the scale, 5-7 of 7, as Gartner reports CES 2.0."
  es: "¿Fue fácil? Puntuación media de un solo tipo de pregunta: acuerdo con que fue fácil (más es mejor) o esfuerzo que costó (menos es mejor). Nunca se promedian juntas. Si una pregunta se hace en escalas de cinco y de siete, elija una. El acuerdo se muestra también como porcentaje por encima de la mitad de la escala, 5-7 de 7, como informa Gartner el CES 2.0."
  ro: "Cât de ușor a fost? Scorul mediu al unui singur tip de întrebare: acordul că a fost ușor (mai mult e mai bine) sau efortul depus (mai puțin e mai bine). Cele două nu se amestecă niciodată. Dacă o întrebare se pune pe scale de cinci și de șapte, alegeți una. Acordul apare și ca pondere peste mijlocul scalei, 5-7 din 7, cum raportează Gartner CES 2.0."
  ru: "Было ли легко? Средняя оценка вопроса одного вида: согласие, что было легко (больше — лучше), или затраченные усилия (меньше — лучше). Вместе они не усредняются. Если вопрос задают по шкалам из пяти и из семи делений, выберите одну. Согласие показано и как доля выше середины шкалы, 5-7 из 7, как Gartner считает CES 2.0."
formula:
  en: "sum of scores / answers"
  es: "suma de puntuaciones / respuestas"
  ro: "suma scorurilor / răspunsuri"
  ru: "сумма оценок / ответы"
unit: score
better: higher
type: ratio
facts: [answers]
key: [id]
numerator: "sum(score)"
numerator_unit: score
denominator: "count(*)"
sample: "score"
interval: mean
range: [0]
dimensions: [survey, question, touchpoint, locale, agent, scale_max]
people: true
distribution: score
detail: &parts
  - {name: agree, label: {en: "Above the middle of the scale", es: "Por encima de la mitad de la escala", ro: "Peste mijlocul scalei", ru: "Выше середины шкалы"}, unit: percent, sql: "100.0 * sum(agrees) / count(*)"}
tables: &scales
  - name: scales
    label: {en: "By scale", es: "Por escala", ro: "Pe scală", ru: "По шкалам"}
    sql: "select {group} scale_min, scale_max, count(*) as n, avg(score) as mean, cast(100.0 * sum(agrees) / count(*) as double precision) as agree from {rows} group by {group} scale_min, scale_max order by {group} scale_min, scale_max"
excluded:
  other_orientation: &other_orientation {en: "The question was asked the other way round", es: "La pregunta se hizo al revés", ro: "Întrebarea a fost pusă invers", ru: "Вопрос был задан наоборот"}
variants:
  - id: ease
    label: {en: "Agreement that it was easy", es: "Acuerdo con que fue fácil", ro: "Acordul că a fost ușor", ru: "Согласие, что было легко"}
  - id: agree
    label: {en: "Share that agrees it was easy (CES 2.0)", es: "Porcentaje de acuerdo con que fue fácil (CES 2.0)", ro: "Ponderea celor de acord că a fost ușor (CES 2.0)", ru: "Доля согласных, что было легко (CES 2.0)"}
    unit: percent
    formula:
      en: "answers above the middle of the scale / answers * 100"
      es: "respuestas por encima de la mitad de la escala / respuestas * 100"
      ro: "răspunsuri peste mijlocul scalei / răspunsuri * 100"
      ru: "ответы выше середины шкалы / ответы * 100"
    numerator: "sum(agrees)"
    numerator_unit: count
    scale: 100
    interval: wilson
  - id: effort
    label: {en: "Effort it took", es: "Esfuerzo que costó", ro: "Efortul depus", ru: "Затраченные усилия"}
    better: lower
    distribution: score
    tables: *scales
    excluded: {other_orientation: *other_orientation}
  - id: effort5
    label: {en: "Effort, asked on 1-5", es: "Esfuerzo, de 1 a 5", ro: "Efort, pe scala 1-5", ru: "Усилия по шкале 1-5"}
    better: lower
    distribution: score
    excluded: &others
      other_orientation: *other_orientation
      other_scale: {en: "The question was asked on another scale", es: "La pregunta se hizo en otra escala", ro: "Întrebarea a fost pusă pe altă scală", ru: "Вопрос был задан по другой шкале"}
    bands:
      - {label: good, to: 2.0001, source: "S3"}
  - id: effort7
    label: {en: "Effort, asked on 1-7", es: "Esfuerzo, de 1 a 7", ro: "Efort, pe scala 1-7", ru: "Усилия по шкале 1-7"}
    better: lower
    distribution: score
    excluded: *others
    bands:
      - {label: good, to: 3.0001, source: "S3"}
  - id: ease5
    label: {en: "Ease, asked on 1-5", es: "Facilidad, de 1 a 5", ro: "Ușurință, pe scala 1-5", ru: "Лёгкость по шкале 1-5"}
    distribution: score
    detail: *parts
    excluded: *others
  - id: ease7
    label: {en: "Ease, asked on 1-7", es: "Facilidad, de 1 a 7", ro: "Ușurință, pe scala 1-7", ru: "Лёгкость по шкале 1-7"}
    distribution: score
    detail: *parts
    excluded: *others
examples:
  - text: "7, 4, 3, 2, 5, 6, 4, 1, 7, 6: 45 / 10"
    value: 4.5
    facts: [{fact: answers, times: 2, kind: ces, score: 7}, {fact: answers, times: 2, kind: ces, score: 6}, {fact: answers, kind: ces, score: 5}, {fact: answers, times: 2, kind: ces, score: 4}, {fact: answers, kind: ces, score: 3}, {fact: answers, kind: ces, score: 2}, {fact: answers, kind: ces, score: 1}]
*/
select * from {effort_answers(ease)}
-- variant effort
select * from {effort_answers(effort)}
-- variant effort5
select * from {effort_answers(effort5)}
-- variant effort7
select * from {effort_answers(effort7)}
-- variant ease5
select * from {effort_answers(ease5)}
-- variant ease7
select * from {effort_answers(ease7)}
