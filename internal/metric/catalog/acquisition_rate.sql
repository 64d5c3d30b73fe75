/*
id: acquisition_rate
family: web
label:
  en: "Acquisition rate"
  es: "Tasa de adquisición"
  ro: "Rata de achiziție"
  ru: "Темп привлечения"
about:
  en: "New customers of the period out of the customers at its start. New is who pays for the first time ever."
  es: "Clientes nuevos del período sobre los clientes a su inicio. Nuevo es quien paga por primera vez."
  ro: "Clienți noi ai perioadei raportați la clienții de la începutul ei. Nou este cine plătește prima oară."
  ru: "Новые клиенты периода к числу клиентов на его начало. Новый — кто платит впервые."
formula:
  en: "new customers / customers at the start * 100"
  es: "clientes nuevos / clientes al inicio * 100"
  ro: "clienți noi / clienți la început * 100"
  ru: "новые клиенты / клиенты на начало * 100"
unit: percent
better: higher
type: ratio
facts: [subscriptions, contracts]
numerator: "sum(is_new)"
denominator: "sum(was_customer)"
scale: 100
n: "sum(was_customer)"
key: [account]
examples:
  - text: "10 customers at the start, 2 new ones"
    value: 20
    facts: [{fact: subscriptions, times: 10, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, times: 2, at: 2026-05-12, account: "n#", subscription_id: "n#", status: active, amount: "100", currency: EUR, interval: month}]
*/
select i, account, was_customer, case when was_customer = 0 and is_customer = 1 and paid_before = 0 then 1 else 0 end as is_new
from {paying}
where was_customer = 1 or is_customer = 1
