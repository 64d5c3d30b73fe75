/*
id: customers
family: customers
label:
  en: "Paying customers"
  es: "Clientes de pago"
  ro: "Clienți plătitori"
  ru: "Платящие клиенты"
about:
  en: "How many customers pay at the end of the period: accounts with recurring value above zero. Start + new + won back - lost = end."
  es: "Cuántos clientes pagan al final del período: cuentas con valor recurrente mayor que cero. Inicio + nuevos + recuperados - perdidos = final."
  ro: "Câți clienți plătesc la sfârșitul perioadei: conturi cu valoare recurentă peste zero. Început + noi + recâștigați - pierduți = sfârșit."
  ru: "Сколько клиентов платит на конец периода: аккаунты с регулярной выручкой больше нуля. Начало + новые + возвращённые - ушедшие = конец."
formula: "accounts with recurring value > 0 at the end"
unit: count
better: higher
type: balance
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(is_customer)"
n: "sum(is_customer)"
detail:
  - {name: start, unit: count, sql: "sum(was_customer)"}
  - {name: new_customers, unit: count, sql: "sum(case when was_customer = 0 and is_customer = 1 and paid_before = 0 then 1 else 0 end)"}
  - {name: won_back_customers, unit: count, sql: "sum(case when was_customer = 0 and is_customer = 1 and paid_before = 1 then 1 else 0 end)"}
  - {name: lost_customers, unit: count, sql: "sum(case when was_customer = 1 and is_customer = 0 then 1 else 0 end)"}
  - {name: end, unit: count, sql: "sum(is_customer)"}
*/
select i, account, was_customer, is_customer, paid_before from {paying}
