/*
id: customer_churn_rate
family: customers
label:
  en: "Customer churn"
  es: "Tasa de abandono de clientes"
  ro: "Rata de pierdere a clienților (churn)"
  ru: "Отток клиентов"
about:
  en: "Of the customers that paid at the start, the share that no longer pays at the end. Involuntary: payment failed, as the cancellation says or because it was past due before."
  es: "De los clientes que pagaban al inicio, el porcentaje que ya no paga al final. Involuntario: pago fallido, según la cancelación o por estar vencido antes."
  ro: "Dintre clienții care plăteau la început, ponderea celor care nu mai plătesc la sfârșit. Involuntar: plată eșuată, cum spune anularea sau pentru că era restant înainte."
  ru: "Доля клиентов, плативших в начале, которые не платят в конце. Недобровольный: сбой оплаты, как указано при отмене или из-за просрочки перед ней."
formula:
  en: "customers paying at the start and not at the end / customers at the start * 100"
  es: "clientes que pagaban al inicio y no al final / clientes al inicio * 100"
  ro: "clienți care plăteau la început și nu la sfârșit / clienți la început * 100"
  ru: "клиенты, платившие в начале и не платящие в конце / клиенты в начале * 100"
unit: percent
better: lower
type: ratio
facts: [subscriptions, contracts, orders]
key: [account]
numerator: "sum(lost)"
denominator: "sum(was_customer)"
scale: 100
n: "sum(was_customer)"
interval: wilson
detail:
  - {name: lost, label: {en: "Lost", es: "Perdidos", ro: "Pierduți", ru: "Ушедшие"}, unit: count, sql: "sum(lost)"}
  - {name: voluntary, label: {en: "Voluntary", es: "Voluntario", ro: "Voluntar", ru: "Добровольно"}, unit: count, sql: "sum(lost - involuntary)"}
  - {name: involuntary, label: {en: "Payment failed", es: "Pago fallido", ro: "Plată eșuată", ru: "Сбой оплаты"}, unit: count, sql: "sum(involuntary)"}
tables:
  - name: reasons
    label: {en: "Reasons", es: "Motivos", ro: "Motive", ru: "Причины"}
    sql: "select {group} kind, reason, cast(sum(lost) as bigint) as customers from {rows} where lost > 0 group by {group} kind, reason order by {group} customers desc, kind nulls last, reason nulls last"
variants:
  - id: all
    label: {en: "All reasons", es: "Todos los motivos", ro: "Toate motivele", ru: "Все причины"}
  - id: voluntary
    label: {en: "Voluntary", es: "Voluntario", ro: "Voluntar", ru: "Добровольный"}
    formula: {en: "customers lost of their own will / customers at the start * 100", es: "clientes perdidos por su voluntad / clientes al inicio * 100", ro: "clienți plecați de bunăvoie / clienți la început * 100", ru: "ушедшие по своей воле / клиенты в начале * 100"}
    numerator: "sum(lost - involuntary)"
    no_bands: true
  - id: involuntary
    label: {en: "Involuntary (payment failed)", es: "Involuntario (pago fallido)", ro: "Involuntar (plată eșuată)", ru: "Недобровольный (сбой оплаты)"}
    formula: {en: "customers lost to failed payment / customers at the start * 100", es: "clientes perdidos por pago fallido / clientes al inicio * 100", ro: "clienți pierduți din plată eșuată / clienți la început * 100", ru: "ушедшие из-за сбоя оплаты / клиенты в начале * 100"}
    numerator: "sum(involuntary)"
    no_bands: true
bands:
  - {label: healthy, from: 2, to: 8, source: "S3"}
  - {label: healthy, to: 5, source: "S2"}
examples:
  - text: "1000 customers at the start, 100 of them not at the end"
    value: 10
    facts: [{fact: subscriptions, times: 1000, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, times: 100, at: 2026-05-15, account: "c#", subscription_id: "c#", status: canceled, amount: "100", currency: EUR, interval: month}]
  - text: "10 of 100"
    value: 10
    facts: [{fact: subscriptions, times: 100, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, times: 10, at: 2026-05-15, account: "c#", subscription_id: "c#", status: canceled, amount: "100", currency: EUR, interval: month}]
*/
select i, account, was_customer, lost, involuntary, kind, reason from {customer_moves} where was_customer = 1 or lost > 0
