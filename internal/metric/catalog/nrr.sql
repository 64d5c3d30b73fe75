/*
id: nrr
family: money
label:
  en: "Net revenue retention (NRR)"
  es: "Retención neta de ingresos (NRR)"
  ro: "Retenția netă a veniturilor (NRR)"
  ru: "Чистое удержание выручки (NRR)"
about:
  en: "What the customers paying at the start pay at the end, of what they paid at the start, growth included; new customers are not counted. Those lost and back within the period count with what they pay at the end. Customers won back that did not pay at the start count only where the workspace says so."
  es: "Lo que pagan al final los clientes que pagaban al inicio, sobre lo que pagaban, con el crecimiento; los nuevos no cuentan. Los perdidos que vuelven dentro del período cuentan con lo que pagan al final. Los recuperados que no pagaban al inicio cuentan solo si el espacio lo dice."
  ro: "Ce plătesc la sfârșit clienții care plăteau la început, din ce plăteau atunci, cu tot cu creștere; clienții noi nu se numără. Cei pierduți și reveniți în perioadă contează cu ce plătesc la sfârșit. Cei recâștigați care nu plăteau la început contează doar dacă spațiul de lucru o spune."
  ru: "Что платят в конце клиенты, платившие в начале, от того, что платили тогда, с ростом; новые не считаются. Ушедшие и вернувшиеся внутри периода считаются по тому, что платят в конце. Возвращённые, не платившие в начале, считаются, только если так задано."
formula:
  en: "value at the end of the customers paying at the start / their value at the start * 100"
  es: "valor al final de los clientes que pagaban al inicio / su valor al inicio * 100"
  ro: "valoarea la sfârșit a clienților care plăteau la început / valoarea lor la început * 100"
  ru: "выручка в конце от клиентов, плативших в начале / их выручка в начале * 100"
unit: percent
better: higher
type: ratio
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(closing)"
numerator_unit: money
denominator: "sum(opening)"
denominator_unit: money
scale: 100
n: "count(distinct case when opening > 0 then account end)"
examples:
  - text: "40 became 20 and 60 became 90: (20 + 90) / 100"
    value: 110
    facts: [{fact: subscriptions, at: 2026-01-10, account: a, subscription_id: a, status: active, amount: "40", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: b, subscription_id: b, status: active, amount: "60", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: a, subscription_id: a, status: active, amount: "20", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: b, subscription_id: b, status: active, amount: "90", currency: EUR, interval: month}]
*/
select i, account, opening, closing, missing_rate
from {customer_balances}
where was_customer = 1 or ({policy.nrr_reactivation} = 'in' and is_customer = 1 and returned = 1)
