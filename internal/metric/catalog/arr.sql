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
*/
select i, account, product_line, closing, missing_rate from {balances}
