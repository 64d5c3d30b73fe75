/*
id: mrr_movements
family: money
label:
  en: "MRR movements"
  es: "Movimientos del MRR"
  ro: "Mișcările MRR"
  ru: "Движение MRR"
about:
  en: "How recurring revenue got from opening to closing: new, reactivation, expansion, contraction, churn. Opening plus movements is closing, to the cent; a change of exchange rate is no movement, so both ends are shown at one rate. Churn is the last value of an account gone; one of several subscriptions canceled is contraction. Where a product line is given up for another, both are part of what the account as a whole did."
  es: "Cómo pasaron los ingresos recurrentes del valor inicial al final: nuevos, reactivación, expansión, contracción, abandono. Inicial más movimientos es igual a final, al céntimo; un cambio de divisa no es un movimiento, así que ambos valores se muestran al mismo tipo. Abandono es que se va el último valor de una cuenta; cancelar una de varias suscripciones es contracción. Si se deja una línea de producto por otra, ambas son parte de lo que hizo la cuenta en conjunto."
  ro: "Cum a ajuns venitul recurent de la început la sfârșit: nou, reactivare, extindere, reducere, pierdere. Început plus mișcări egal sfârșit, la ban; schimbarea cursului nu e mișcare, așa că ambele valori sunt la același curs. Pierdere înseamnă că ultima valoare a contului a dispărut; unul din mai multe abonamente anulat e reducere. Când o linie de produs e lăsată pentru alta, ambele fac parte din ce a făcut contul în ansamblu."
  ru: "Как регулярная выручка пришла от начала к концу: новая, возврат, расширение, сокращение, отток. Начало плюс движения равно концу до цента; изменение курса — не движение, поэтому оба значения показаны по одному курсу. Отток — ушла последняя выручка аккаунта; отмена одной из нескольких подписок — сокращение. Если одну линейку продуктов сменили на другую, обе входят в то, что сделал аккаунт в целом."
formula:
  en: "new + reactivation + expansion + contraction + churn = closing - opening"
  es: "nuevos + reactivación + expansión + contracción + abandono = final - inicial"
  ro: "nou + reactivare + extindere + reducere + pierdere = sfârșit - început"
  ru: "новая + возврат + расширение + сокращение + отток = конец - начало"
unit: money
better: higher
type: activity
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(closing) - sum(opening)"
n: "count(distinct case when new_value <> 0 or reactivation <> 0 or expansion <> 0 or contraction <> 0 or churn <> 0 then account end)"
dimensions: [product_line]
detail:
  - {name: opening, label: {en: "Opening", es: "Inicial", ro: "Început", ru: "Начало"}, unit: money, sql: "sum(opening)"}
  - {name: new, label: {en: "New", es: "Nuevos", ro: "Nou", ru: "Новая"}, unit: money, sql: "sum(new_value)"}
  - {name: reactivation, label: {en: "Reactivation", es: "Reactivación", ro: "Reactivare", ru: "Возврат"}, unit: money, sql: "sum(reactivation)"}
  - {name: expansion, label: {en: "Expansion", es: "Expansión", ro: "Extindere", ru: "Расширение"}, unit: money, sql: "sum(expansion)"}
  - {name: contraction, label: {en: "Contraction", es: "Contracción", ro: "Reducere", ru: "Сокращение"}, unit: money, sql: "sum(contraction)"}
  - {name: churn, label: {en: "Churn", es: "Abandono", ro: "Pierdere", ru: "Отток"}, unit: money, sql: "sum(churn)"}
  - {name: closing, label: {en: "Closing", es: "Final", ro: "Sfârșit", ru: "Конец"}, unit: money, sql: "sum(closing)"}
examples:
  - text: "200 new + 50 expansion - 20 contraction - 80 churn"
    value: 150
    facts: [{fact: subscriptions, at: 2026-05-10, account: n, subscription_id: n, status: active, amount: "200", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: more, subscription_id: more, status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: more, subscription_id: more, status: active, amount: "150", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: less, subscription_id: less, status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: less, subscription_id: less, status: active, amount: "80", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: gone, subscription_id: gone, status: active, amount: "80", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: gone, subscription_id: gone, status: canceled, amount: "80", currency: EUR, interval: month}]
*/
select i, account, product_line, opening, closing, new_value, reactivation, expansion, contraction, churn, missing_rate from {movements}
