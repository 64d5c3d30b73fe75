/*
id: lost_customers
family: customers
label:
  en: "Lost customers"
  es: "Clientes perdidos"
  ro: "Clienți pierduți"
  ru: "Ушедшие клиенты"
about:
  en: "Accounts that paid at the start of the period and do not at its end, with why: payment failed (said so, or past due before it was canceled), or of their own will."
  es: "Cuentas que pagaban al inicio del período y no al final, con el motivo: pago fallido (dicho así, o vencida antes de cancelarse) o por su voluntad."
  ro: "Conturi care plăteau la începutul perioadei și nu la sfârșit, cu motivul: plată eșuată (spus așa sau restantă înainte de anulare) sau de bunăvoie."
  ru: "Аккаунты, платившие в начале периода и не платящие в конце, с причиной: сбой оплаты (так указано или просрочка перед отменой) или по своей воле."
formula:
  en: "customers at the start that are none at the end"
  es: "clientes al inicio que no lo son al final"
  ro: "clienți la început care nu mai sunt la sfârșit"
  ru: "клиенты в начале, не клиенты в конце"
unit: count
better: lower
type: activity
facts: [subscriptions, contracts, orders]
key: [account]
numerator: "sum(lost)"
n: "sum(lost)"
dimensions: [kind, reason]
detail:
  - {name: voluntary, label: {en: "Voluntary", es: "Voluntario", ro: "Voluntar", ru: "Добровольно"}, unit: count, sql: "sum(lost - involuntary)"}
  - {name: involuntary, label: {en: "Payment failed", es: "Pago fallido", ro: "Plată eșuată", ru: "Сбой оплаты"}, unit: count, sql: "sum(involuntary)"}
examples:
  - text: "10 customers, 3 of them canceled"
    value: 3
    facts: [{fact: subscriptions, times: 10, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, times: 3, at: 2026-05-10, account: "c#", subscription_id: "c#", status: canceled, amount: "100", currency: EUR, interval: month}]
*/
select i, account, lost, involuntary, kind, reason from {customer_moves} where lost > 0
