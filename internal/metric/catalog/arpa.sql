/*
id: arpa
family: money
label:
  en: "Average revenue per account (ARPA)"
  es: "Ingreso medio por cuenta (ARPA)"
  ro: "Venit mediu pe cont (ARPA)"
  ru: "Средняя выручка на аккаунт (ARPA)"
about:
  en: "Monthly recurring revenue divided by paying customers, at the end of the period."
  es: "Ingresos recurrentes mensuales entre clientes de pago, al final del período."
  ro: "Venitul recurent lunar împărțit la clienții plătitori, la sfârșitul perioadei."
  ru: "Ежемесячная регулярная выручка, делённая на число платящих клиентов, на конец периода."
formula: "MRR / paying customers"
unit: money
better: higher
type: ratio
facts: [subscriptions, contracts]
numerator: "sum(closing)"
denominator: "count(*)"
*/
select i, account, closing, is_customer, missing_rate from {customer_balances} where is_customer = 1
