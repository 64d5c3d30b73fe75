/*
id: customer_retention_rate
family: customers
label:
  en: "Customer retention"
  es: "Retención de clientes"
  ro: "Retenția clienților"
  ru: "Удержание клиентов"
about:
  en: "Of the customers that paid at the start, the share that still pays at the end: 100 - churn. New customers and those won back are not counted."
  es: "De los clientes que pagaban al inicio, el porcentaje que sigue pagando al final: 100 - abandono. Los nuevos y los recuperados no cuentan."
  ro: "Dintre clienții care plăteau la început, ponderea celor care plătesc și la sfârșit: 100 - pierderea. Cei noi și cei recâștigați nu se numără."
  ru: "Доля клиентов, плативших в начале, которые платят и в конце: 100 - отток. Новые и возвращённые не считаются."
formula:
  en: "(customers at the end - new - won back) / customers at the start * 100"
  es: "(clientes al final - nuevos - recuperados) / clientes al inicio * 100"
  ro: "(clienți la sfârșit - noi - recâștigați) / clienți la început * 100"
  ru: "(клиенты в конце - новые - возвращённые) / клиенты в начале * 100"
unit: percent
better: higher
type: ratio
facts: [subscriptions, contracts, orders]
key: [account]
numerator: "sum(is_customer - new_customers - won_back)"
denominator: "sum(was_customer)"
scale: 100
n: "sum(was_customer)"
interval: wilson
detail:
  - {name: start, label: {en: "At the start", es: "Al inicio", ro: "La început", ru: "В начале"}, unit: count, sql: "sum(was_customer)"}
  - {name: end, label: {en: "At the end", es: "Al final", ro: "La sfârșit", ru: "В конце"}, unit: count, sql: "sum(is_customer)"}
  - {name: new_customers, label: {en: "New", es: "Nuevos", ro: "Noi", ru: "Новые"}, unit: count, sql: "sum(new_customers)"}
  - {name: won_back_customers, label: {en: "Won back", es: "Recuperados", ro: "Recâștigați", ru: "Возвращённые"}, unit: count, sql: "sum(won_back)"}
examples:
  - text: "100 customers at the start, 15 of them lost (and not 75, as one article says: churn and retention come to 100)"
    value: 85
    facts: [{fact: subscriptions, times: 100, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, times: 15, at: 2026-05-15, account: "c#", subscription_id: "c#", status: canceled, amount: "100", currency: EUR, interval: month}]
*/
select i, account, was_customer, is_customer, new_customers, won_back from {customer_moves}
