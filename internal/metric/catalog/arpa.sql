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
*/
select i, account, closing, is_customer, missing_rate from {customer_balances} where is_customer = 1
