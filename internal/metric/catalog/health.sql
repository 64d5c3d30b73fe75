/*
id: health
family: health
label:
  en: "Customer health"
  es: "Salud de los clientes"
  ro: "Sănătatea clienților"
  ru: "Здоровье клиентов"
about:
  en: "The mean of the global health of accounts at the end of the period, 0 to 100 with 100 healthy, as it was told then. Global health is the mean of an account's scores, weighted where scorecards say so; accounts without a score are left out, never 0."
  es: "La media de la salud global de las cuentas al final del período, de 0 a 100 con 100 sano, tal como se dijo entonces. La salud global es la media de las puntuaciones de una cuenta, ponderada si las fichas lo dicen; las cuentas sin puntuación se dejan fuera, nunca cuentan 0."
  ro: "Media sănătății globale a conturilor la sfârșitul perioadei, de la 0 la 100 cu 100 sănătos, așa cum a fost spusă atunci. Sănătatea globală e media scorurilor unui cont, ponderată unde fișele o spun; conturile fără scor sunt lăsate afară, niciodată 0."
  ru: "Среднее общее здоровье аккаунтов на конец периода, от 0 до 100, где 100 — здоров, как о нём было сказано тогда. Общее здоровье — среднее оценок аккаунта, взвешенное, если так сказано в картах; аккаунты без оценки не учитываются и никогда не равны 0."
formula:
  en: "sum of global health / accounts with a score"
  es: "suma de la salud global / cuentas con puntuación"
  ro: "suma sănătății globale / conturi cu scor"
  ru: "сумма общего здоровья / аккаунты с оценкой"
unit: score
better: higher
type: ratio
facts: [scores]
key: [account]
numerator: "sum(score)"
numerator_unit: score
denominator: "count(score)"
denominator_unit: count
n: "count(score)"
sample: "score"
interval: mean
range: [0, 100]
dimensions: [band]
detail:
  - {name: good, label: {en: "Good", es: "Buena", ro: "Bună", ru: "Хорошее"}, unit: count, sql: "sum(case when band = 'good' then 1 else 0 end)"}
  - {name: average, label: {en: "Average", es: "Media", ro: "Medie", ru: "Среднее"}, unit: count, sql: "sum(case when band = 'average' then 1 else 0 end)"}
  - {name: poor, label: {en: "Poor", es: "Mala", ro: "Slabă", ru: "Плохое"}, unit: count, sql: "sum(case when band = 'poor' then 1 else 0 end)"}
  - {name: coverage, label: {en: "Coverage", es: "Cobertura", ro: "Acoperire", ru: "Охват"}, unit: percent, sql: "avg(coverage)"}
examples:
  - text: "accounts at 80 and 60"
    value: 70
    facts: [{fact: scores, account: a, aspect: global, score: 80, band: good, coverage: 100}, {fact: scores, account: b, aspect: global, score: 60, band: average, coverage: 100}]
*/
select i, account, id, score, band, coverage from {scores_at} where aspect = 'global'
