/*
id: trial_conversion_rate
family: customers
label:
  en: "Trial conversion"
  es: "Conversión de pruebas"
  ro: "Conversia perioadelor de probă"
  ru: "Конверсия пробных периодов"
about:
  en: "Of the trials that began in the period, the share whose subscription became worth something, whenever that was. A trial that still runs counts as not converted and is shown beside; the variant by end leaves it out."
  es: "De las pruebas iniciadas en el período, el porcentaje cuya suscripción llegó a valer algo, cuando fuera. Una prueba en curso cuenta como no convertida y se muestra aparte; la variante por final la deja fuera."
  ro: "Dintre perioadele de probă începute în perioadă, ponderea celor al căror abonament a ajuns să valoreze ceva, oricând. O probă în curs contează ca neconvertită și apare alături; varianta după sfârșit o lasă afară."
  ru: "Доля пробных периодов, начатых в периоде, чья подписка стала платной, когда бы это ни случилось. Идущий пробный период считается не перешедшим и показан рядом; вариант по окончанию его не считает."
formula:
  en: "trials that became paying / trials started * 100"
  es: "pruebas que pasaron a pagar / pruebas iniciadas * 100"
  ro: "probe devenite plătitoare / probe începute * 100"
  ru: "пробные, ставшие платными / начатые пробные * 100"
unit: percent
better: higher
type: ratio
facts: [subscriptions]
key: [subscription_id]
numerator: "sum(converted)"
denominator: "count(*)"
scale: 100
interval: wilson
dimensions: [product_line, trial_plan]
detail:
  - {name: converted, label: {en: "Became paying", es: "Pasaron a pagar", ro: "Au devenit plătitoare", ru: "Стали платными"}, unit: count, sql: "sum(converted)"}
  - {name: running, label: {en: "Still running", es: "En curso", ro: "În curs", ru: "Ещё идут"}, unit: count, sql: "sum(runs)"}
variants:
  - id: started
    label: {en: "Trials that began", es: "Pruebas iniciadas", ro: "Probe începute", ru: "Начатые"}
  - id: ended
    label: {en: "Trials that ended", es: "Pruebas terminadas", ro: "Probe încheiate", ru: "Законченные"}
    formula: {en: "trials that became paying / trials that ended in the period * 100", es: "pruebas que pasaron a pagar / pruebas terminadas en el período * 100", ro: "probe devenite plătitoare / probe încheiate în perioadă * 100", ru: "пробные, ставшие платными / закончившиеся в периоде * 100"}
    detail:
      - {name: converted, label: {en: "Became paying", es: "Pasaron a pagar", ro: "Au devenit plătitoare", ru: "Стали платными"}, unit: count, sql: "sum(converted)"}
examples:
  - text: "4 trials, one of them pays later"
    value: 25
    facts: [{fact: subscriptions, times: 4, at: 2026-05-10, account: "c#", subscription_id: "c#", status: trialing, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-06-10, account: c1, subscription_id: c1, status: active, amount: "100", currency: EUR, interval: month}]
*/
select p.i, t.account, t.subscription_id, t.product_line, t.trial_plan, t.converted, t.runs
from {points} p
join {trials} t on t.began >= p.from_ts and t.began < p.to_ts
-- variant ended
select p.i, t.account, t.subscription_id, t.product_line, t.trial_plan, t.converted, t.runs
from {points} p
join {trials} t on t.ended >= p.from_ts and t.ended < p.to_ts and t.runs = 0
