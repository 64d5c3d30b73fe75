/*
id: grr
family: money
label:
  en: "Gross revenue retention (GRR)"
  es: "Retención bruta de ingresos (GRR)"
  ro: "Retenția brută a veniturilor (GRR)"
  ru: "Валовое удержание выручки (GRR)"
about:
  en: "Of the recurring revenue of the customers paying at the start, the share kept at the end without any growth: for each customer the lesser of both values. Never above 100, nor above NRR. Those lost and back within the period count with what they pay at the end."
  es: "De los ingresos recurrentes de los clientes que pagaban al inicio, el porcentaje conservado al final sin crecimiento: por cliente, el menor de ambos valores. Nunca pasa de 100 ni de la NRR. Los perdidos que vuelven dentro del período cuentan con lo que pagan al final."
  ro: "Din venitul recurent al clienților care plăteau la început, ponderea păstrată la sfârșit fără nicio creștere: pentru fiecare client, cea mai mică dintre valori. Niciodată peste 100 sau peste NRR. Cei pierduți și reveniți în perioadă contează cu ce plătesc la sfârșit."
  ru: "Доля регулярной выручки клиентов, плативших в начале, сохранённая к концу без роста: по каждому клиенту меньшее из двух значений. Никогда не больше 100 и не больше NRR. Ушедшие и вернувшиеся внутри периода считаются по тому, что платят в конце."
formula:
  en: "sum of min(value at the end, value at the start) / value at the start * 100"
  es: "suma de min(valor al final, valor al inicio) / valor al inicio * 100"
  ro: "suma min(valoarea la sfârșit, valoarea la început) / valoarea la început * 100"
  ru: "сумма min(выручка в конце, выручка в начале) / выручка в начале * 100"
unit: percent
better: higher
type: ratio
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(kept)"
numerator_unit: money
denominator: "sum(opening)"
denominator_unit: money
scale: 100
examples:
  - text: "40 became 20 and 60 became 90: (20 + 60) / 100"
    value: 80
    facts: [{fact: subscriptions, at: 2026-01-10, account: a, subscription_id: a, status: active, amount: "40", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: b, subscription_id: b, status: active, amount: "60", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: a, subscription_id: a, status: active, amount: "20", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: b, subscription_id: b, status: active, amount: "90", currency: EUR, interval: month}]
*/
select i, account, opening, least(opening, closing) as kept, missing_rate from {customer_balances} where was_customer = 1
