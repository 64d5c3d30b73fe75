/*
id: won_back_customers
family: customers
label:
  en: "Customers won back"
  es: "Clientes recuperados"
  ro: "Clienți recâștigați"
  ru: "Возвращённые клиенты"
about:
  en: "Accounts that pay at the end of the period, did not at its start, and were customers once."
  es: "Cuentas que pagan al final del período, no pagaban al inicio y fueron clientes antes."
  ro: "Conturi care plătesc la sfârșitul perioadei, nu plăteau la început și au mai fost clienți."
  ru: "Аккаунты, которые платят в конце периода, не платили в начале, но когда-то были клиентами."
formula:
  en: "customers at the end that had left before the start"
  es: "clientes al final que se habían ido antes del inicio"
  ro: "clienți la sfârșit care plecaseră înainte de început"
  ru: "клиенты в конце, ушедшие до начала"
unit: count
better: higher
type: activity
facts: [subscriptions, contracts, orders]
key: [account]
numerator: "sum(won_back)"
n: "sum(won_back)"
examples:
  - text: "one that left in February pays again"
    value: 1
    facts: [{fact: subscriptions, at: 2026-01-10, account: a, subscription_id: a, status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-02-10, account: a, subscription_id: a, status: canceled, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: a, subscription_id: a, status: active, amount: "100", currency: EUR, interval: month}]
*/
select i, account, won_back from {customer_moves} where won_back > 0
