/*
id: new_customers
family: customers
label:
  en: "New customers"
  es: "Clientes nuevos"
  ro: "Clienți noi"
  ru: "Новые клиенты"
about:
  en: "Accounts that pay at the end of the period, did not at its start and never had before. One that comes back is won back, unless the workspace counts it as new."
  es: "Cuentas que pagan al final del período, no pagaban al inicio y nunca lo habían hecho. La que vuelve se recupera, salvo que el espacio la cuente como nueva."
  ro: "Conturi care plătesc la sfârșitul perioadei, nu plăteau la început și nu plătiseră niciodată. Cel care revine e recâștigat, dacă spațiul de lucru nu îl socotește nou."
  ru: "Аккаунты, которые платят в конце периода, не платили в начале и никогда раньше. Вернувшийся — возвращённый, если не задано считать его новым."
formula:
  en: "customers at the end that never were before"
  es: "clientes al final que nunca lo fueron"
  ro: "clienți la sfârșit care nu au fost niciodată"
  ru: "клиенты в конце, не бывшие ими раньше"
unit: count
better: higher
type: activity
facts: [subscriptions, contracts, orders]
key: [account]
numerator: "sum(new_customers)"
n: "sum(new_customers)"
examples:
  - text: "10 customers before, 2 more that never were"
    value: 2
    facts: [{fact: subscriptions, times: 10, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, times: 2, at: 2026-05-12, account: "n#", subscription_id: "n#", status: active, amount: "100", currency: EUR, interval: month}]
*/
select i, account, new_customers from {customer_moves} where new_customers > 0
