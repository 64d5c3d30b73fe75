/*
id: disputed_rate
family: money
label:
  en: "Disputed invoices"
  es: "Facturas disputadas"
  ro: "Facturi disputate"
  ru: "Оспоренные счета"
about:
  en: "Of the amount invoiced in the period, the share that was ever disputed, whatever came of it. Void invoices that were never disputed are left out."
  es: "Del importe facturado en el período, el porcentaje que alguna vez se disputó, acabara como acabara. Se dejan fuera las anuladas que nunca se disputaron."
  ro: "Din suma facturată în perioadă, ponderea disputată vreodată, indiferent cum s-a încheiat. Facturile anulate care n-au fost disputate rămân afară."
  ru: "Доля суммы, выставленной в периоде, которую когда-либо оспорили, чем бы это ни кончилось. Аннулированные без спора не считаются."
formula:
  en: "amount disputed / amount invoiced * 100"
  es: "importe disputado / importe facturado * 100"
  ro: "suma disputată / suma facturată * 100"
  ru: "оспоренная сумма / выставленная сумма * 100"
unit: percent
better: lower
type: ratio
facts: [invoices]
key: [invoice_id]
numerator: "sum(disputed_amount)"
numerator_unit: money
denominator: "sum(amount)"
denominator_unit: money
scale: 100
excluded:
  void: {en: "void", es: "anulada", ro: "anulată", ru: "аннулирован"}
detail:
  - {name: disputed, label: {en: "Invoices disputed", es: "Facturas disputadas", ro: "Facturi disputate", ru: "Оспоренные счета"}, unit: count, sql: "sum(disputed)"}
examples:
  - text: "10 invoices of 100, one of them disputed"
    value: 10
    facts: [{fact: invoices, times: 9, account: a, invoice_id: "i#", issued_at: 2026-05-10, amount: "100", currency: EUR, status: open}, {fact: invoices, account: a, invoice_id: d, issued_at: 2026-05-10, amount: "100", currency: EUR, status: disputed}]
*/
select i, account, invoice_id, amount, case when disputed = 1 then amount else 0 end as disputed_amount, disputed, missing_rate,
       case when last_status = 'void' and disputed = 0 then 'void' end as excluded
from {invoiced}
