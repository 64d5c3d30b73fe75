/*
id: scorecard_result
family: health
label:
  en: "Scorecard result"
  es: "Resultado de la evaluación"
  ro: "Rezultatul evaluării"
  ru: "Результат оценочного листа"
about:
  en: "What mystery shopping and call reviews found: the weighted mean of the criteria, each as a share of its highest score. A criterion without a weight weighs one; without a scale its score already is one of a hundred. By target, the own company stands beside its competitors."
  es: "Lo que hallaron el cliente misterioso y las revisiones de llamadas: la media ponderada de los criterios, cada uno como parte de su puntuación máxima. Sin peso, un criterio pesa uno; sin escala, su puntuación ya es sobre cien. Por objetivo, la empresa propia aparece junto a sus competidores."
  ro: "Ce au găsit clientul misterios și evaluările apelurilor: media ponderată a criteriilor, fiecare ca parte din scorul maxim. Fără pondere, un criteriu cântărește unu; fără scală, scorul e deja din o sută. Pe țintă, compania proprie stă lângă concurenți."
  ru: "Что показали тайный покупатель и разборы звонков: взвешенное среднее критериев, каждый как доля наибольшей оценки. Критерий без веса весит один; без шкалы его оценка уже из ста. По цели своя компания стоит рядом с конкурентами."
formula:
  en: "sum of weight * score / highest score * 100 / sum of weights"
  es: "suma de peso * puntuación / máxima * 100 / suma de pesos"
  ro: "suma de pondere * scor / scor maxim * 100 / suma ponderilor"
  ru: "сумма (вес * оценка / наибольшая * 100) / сумма весов"
unit: score
better: higher
type: ratio
facts: [visits]
key: [id]
numerator: "sum(weight * score)"
numerator_unit: score
denominator: "sum(weight)"
denominator_unit: number
n: "count(*)"
sample: "weight * score"
sample_of: "weight"
interval: ratio
range: [0, 100]
dimensions: [scorecard, criterion, scenario, profile, target, product, department, person]
excluded:
  no_scale: {en: "Its highest score is zero", es: "Su puntuación máxima es cero", ro: "Scorul ei maxim e zero", ru: "Её наибольшая оценка — ноль"}
tables:
  - name: criteria
    label: {en: "By criterion", es: "Por criterio", ro: "Pe criteriu", ru: "По критериям"}
    sql: "select {group} scorecard, criterion, count(*) as n, sum(weight * score) / nullif(sum(weight), 0) as result from {rows} group by {group} scorecard, criterion order by {group} scorecard, criterion limit 2000"
  - name: targets
    label: {en: "Own company and competitors", es: "Empresa propia y competidores", ro: "Compania proprie și concurenții", ru: "Своя компания и конкуренты"}
    sql: "select {group} scorecard, target, count(*) as n, sum(weight * score) / nullif(sum(weight), 0) as result from {rows} group by {group} scorecard, target order by {group} scorecard, result desc nulls last, target limit 2000"
examples:
  - text: "greeting 8 of 10, and the solution 6 of 10, which weighs three times as much: (80 + 3 * 60) / 4"
    value: 65
    facts: [{fact: visits, scorecard: calls, criterion: greeting, score: 8, scale_max: 10, weight: 1}, {fact: visits, scorecard: calls, criterion: solution, score: 6, scale_max: 10, weight: 3}]
*/
select v.i, v.account, v.id, v.ts, v.scorecard, v.criterion, v.scenario, v.profile, v.target, v.product, v.department, v.about as person, coalesce(v.weight, 1) as weight,
       100 * v.score / nullif(coalesce(v.scale_max, 100), 0) as score,
       case when v.scale_max = 0 then 'no_scale' end as excluded
from {during(visits)} v
