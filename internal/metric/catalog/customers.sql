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
examples:
  - text: "4 at the start + 2 new + 1 won back - 1 lost"
    value: 6
    facts: [{fact: subscriptions, times: 4, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-15, account: "c#", subscription_id: "c#", status: canceled, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, times: 2, at: 2026-05-20, account: "n#", subscription_id: "n#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: "w", subscription_id: "w", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-03-15, account: "w", subscription_id: "w", status: canceled, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-25, account: "w", subscription_id: "w", status: active, amount: "100", currency: EUR, interval: month}]
*/
select i, account, was_customer, is_customer, new_customers, won_back, lost from {customer_moves}
