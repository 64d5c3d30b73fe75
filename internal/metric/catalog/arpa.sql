/*
id: arpa
family: money
label:
  en: "Average revenue per account (ARPA)"
  es: "Ingreso medio por cuenta (ARPA)"
  ro: "Venit mediu pe cont (ARPA)"
  ru: "Средняя выручка на аккаунт (ARPA)"
about:
  en: "Monthly recurring revenue divided by the customers with recurring value, at the end of the period."
  es: "Ingresos recurrentes mensuales entre los clientes con valor recurrente, al final del período."
  ro: "Venitul recurent lunar împărțit la clienții cu valoare recurentă, la sfârșitul perioadei."
  ru: "Ежемесячная регулярная выручка, делённая на число клиентов с регулярной выручкой, на конец периода."
formula:
  en: "MRR / paying customers"
  es: "MRR / clientes de pago"
  ro: "MRR / clienți plătitori"
  ru: "MRR / платящие клиенты"
unit: money
better: higher
type: ratio
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(closing)"
denominator: "count(*)"
examples:
  - text: "100 a month and 1200 a year from one customer each, 40 from another: 240 / 3"
    value: 80
    facts: [{fact: subscriptions, at: 2026-01-10, account: a, subscription_id: a, status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: b, subscription_id: b, status: active, amount: "1200", currency: EUR, interval: year}, {fact: subscriptions, at: 2026-01-10, account: c, subscription_id: c, status: active, amount: "40", currency: EUR, interval: month}]
*/
select i, account, closing, is_customer, missing_rate from {customer_balances} where is_customer = 1
