/*
id: collected_on_time_rate
family: money
label:
  en: "Collected on time"
  es: "Cobrado a tiempo"
  ro: "Încasat la timp"
  ru: "Оплачено в срок"
about:
  en: "Of the invoices (instalments) due in the period, the share paid in full by the end of their due day. Void invoices are left out, and so are those whose due day is not over yet and that are not paid. Contracts alone don't tell what was paid, so instalments are counted by their invoices."
  es: "De las facturas (plazos) que vencían en el período, el porcentaje pagado por completo hasta el final de su día de vencimiento. Se dejan fuera las anuladas y las que aún no vencen y no están pagadas. Un contrato solo no dice qué se pagó: los plazos se cuentan por sus facturas."
  ro: "Dintre facturile (ratele) scadente în perioadă, ponderea celor plătite integral până la sfârșitul zilei scadente. Cele anulate și cele încă nescadente și neplătite rămân afară. Contractele singure nu spun ce s-a plătit, deci ratele se numără după facturi."
  ru: "Доля счетов (платежей) со сроком в периоде, полностью оплаченных до конца дня срока. Аннулированные и те, чей срок ещё не прошёл и оплаты нет, не считаются. Сам договор не говорит, что оплачено, поэтому платежи считаются по счетам."
formula:
  en: "invoices paid by their due day / invoices due in the period * 100"
  es: "facturas pagadas a su vencimiento / facturas que vencían en el período * 100"
  ro: "facturi plătite la scadență / facturi scadente în perioadă * 100"
  ru: "счета, оплаченные в срок / счета со сроком в периоде * 100"
unit: percent
better: higher
type: ratio
facts: [invoices]
key: [invoice_id]
numerator: "sum(on_time)"
denominator: "count(*)"
scale: 100
interval: wilson
excluded:
  void: {en: "void", es: "anulada", ro: "anulată", ru: "аннулирован"}
  ahead: {en: "not due yet", es: "aún no vence", ro: "încă nescadentă", ru: "срок ещё не прошёл"}
detail:
  - {name: on_time, label: {en: "On time", es: "A tiempo", ro: "La timp", ru: "В срок"}, unit: money, sql: "sum(on_time_amount)"}
  - {name: due, label: {en: "Due", es: "Vencía", ro: "Scadent", ru: "К оплате"}, unit: money, sql: "sum(amount)"}
variants:
  - id: count
    label: {en: "By count", es: "Por número", ro: "După număr", ru: "По числу"}
  - id: value
    label: {en: "By amount", es: "Por importe", ro: "După sumă", ru: "По сумме"}
    formula: {en: "amount paid by its due day / amount due in the period * 100", es: "importe pagado a su vencimiento / importe que vencía en el período * 100", ro: "suma plătită la scadență / suma scadentă în perioadă * 100", ru: "сумма, оплаченная в срок / сумма к оплате в периоде * 100"}
    numerator: "sum(on_time_amount)"
    numerator_unit: money
    denominator: "sum(amount)"
    denominator_unit: money
    interval: none
examples:
  - text: "4 invoices due on 20 May: 3 paid on the 15th, one on the 25th"
    value: 75
    facts: [{fact: invoices, times: 3, at: 2026-05-15, account: a, invoice_id: "i#", issued_at: 2026-05-01, due_at: 2026-05-20, amount: "100", currency: EUR, status: paid, paid_at: 2026-05-15}, {fact: invoices, at: 2026-05-25, account: a, invoice_id: late, issued_at: 2026-05-01, due_at: 2026-05-20, amount: "100", currency: EUR, status: paid, paid_at: 2026-05-25}]
*/
select i, account, invoice_id, amount, case when on_time = 1 then amount else 0 end as on_time_amount, on_time, missing_rate,
       case when status = 'void' then 'void' when on_time = 0 and deadline > {now} and status <> 'paid' then 'ahead' end as excluded
from {due_invoices}
