/*
id: arr
family: money
label:
  en: "Annual recurring revenue (ARR)"
  es: "Ingresos recurrentes anuales (ARR)"
  ro: "Venit recurent anual (ARR)"
  ru: "Годовая регулярная выручка (ARR)"
about:
  en: "Monthly recurring revenue at the end of the period, times 12."
  es: "Ingresos recurrentes mensuales al final del período, por 12."
  ro: "Venitul recurent lunar la sfârșitul perioadei, ori 12."
  ru: "Ежемесячная регулярная выручка на конец периода, умноженная на 12."
formula:
  en: "MRR * 12"
  es: "MRR * 12"
  ro: "MRR * 12"
  ru: "MRR * 12"
unit: money
better: higher
type: balance
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(closing) * 12"
n: "count(distinct case when closing > 0 then account end)"
dimensions: [product_line]
examples:
  - text: "100 a month and 600 a year: (100 + 50) * 12"
    value: 1800
    facts: [{fact: subscriptions, at: 2026-01-10, account: a, subscription_id: a, status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: b, subscription_id: b, status: active, amount: "600", currency: EUR, interval: year}]
*/
select i, account, product_line, closing, missing_rate from {balances}
