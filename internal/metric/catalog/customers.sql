/*
id: customers
family: customers
label:
  en: "Paying customers"
  es: "Clientes de pago"
  ro: "Clienți plătitori"
  ru: "Платящие клиенты"
about:
  en: "How many customers pay at the end of the period: accounts with recurring value above zero, and, where the workspace says so, accounts that have ordered within some days. Start + new + won back - lost = end."
  es: "Cuántos clientes pagan al final del período: cuentas con valor recurrente mayor que cero y, si el espacio lo dice, cuentas que han pedido en unos días. Inicio + nuevos + recuperados - perdidos = final."
  ro: "Câți clienți plătesc la sfârșitul perioadei: conturi cu valoare recurentă peste zero și, unde spațiul de lucru o spune, conturi care au comandat în câteva zile. Început + noi + recâștigați - pierduți = sfârșit."
  ru: "Сколько клиентов платит на конец периода: аккаунты с регулярной выручкой больше нуля и, если так задано, аккаунты, заказывавшие за несколько дней. Начало + новые + возвращённые - ушедшие = конец."
formula:
  en: "accounts that pay at the end"
  es: "cuentas que pagan al final"
  ro: "conturi care plătesc la sfârșit"
  ru: "аккаунты, платящие в конце"
unit: count
better: higher
type: balance
facts: [subscriptions, contracts, orders]
key: [account]
numerator: "sum(is_customer)"
n: "sum(is_customer)"
detail:
  - {name: start, label: {en: "At the start", es: "Al inicio", ro: "La început", ru: "В начале"}, unit: count, sql: "sum(was_customer)"}
  - {name: new_customers, label: {en: "New", es: "Nuevos", ro: "Noi", ru: "Новые"}, unit: count, sql: "sum(new_customers)"}
  - {name: won_back_customers, label: {en: "Won back", es: "Recuperados", ro: "Recâștigați", ru: "Возвращённые"}, unit: count, sql: "sum(won_back)"}
  - {name: lost_customers, label: {en: "Lost", es: "Perdidos", ro: "Pierduți", ru: "Ушедшие"}, unit: count, sql: "sum(lost)"}
  - {name: end, label: {en: "At the end", es: "Al final", ro: "La sfârșit", ru: "В конце"}, unit: count, sql: "sum(is_customer)"}
*/
select i, account, was_customer, is_customer, new_customers, won_back, lost from {customer_moves}
