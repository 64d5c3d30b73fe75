/*
id: dso
family: money
label:
  en: "Days sales outstanding (DSO)"
  es: "Días de ventas pendientes (DSO)"
  ro: "Zile de vânzări neîncasate (DSO)"
  ru: "Срок оборота дебиторской задолженности (DSO)"
about:
  en: "How many days of sales are not collected yet: what is open on invoices at the end of the period, divided by what was invoiced in it a day. Void invoices are none. Days to pay: the mean time from issue to payment of the invoices paid in the period, by amount."
  es: "Cuántos días de ventas no se han cobrado: lo abierto en facturas al final del período entre lo facturado en él por día. Las anuladas no cuentan. Días hasta el pago: tiempo medio de emisión a pago de las facturas pagadas en el período, por importe."
  ro: "Câte zile de vânzări nu sunt încasate încă: ce e deschis pe facturi la sfârșitul perioadei împărțit la cât s-a facturat în ea pe zi. Cele anulate nu contează. Zile până la plată: timpul mediu de la emitere la plată al facturilor plătite în perioadă, după sumă."
  ru: "Сколько дней продаж ещё не оплачено: открытое по счетам на конец периода, делённое на выставленное в нём за день. Аннулированные не считаются. Дней до оплаты: среднее время от выставления до оплаты счетов, оплаченных в периоде, по сумме."
formula:
  en: "open amount at the end / invoiced in the period * days of the period"
  es: "importe abierto al final / facturado en el período * días del período"
  ro: "suma deschisă la sfârșit / facturat în perioadă * zilele perioadei"
  ru: "открытая сумма в конце / выставлено в периоде * дней в периоде"
unit: days
better: lower
type: ratio
facts: [invoices]
key: [invoice_id]
numerator: "sum(outstanding)"
numerator_unit: money
denominator: "round(1.0 * sum(invoiced) / max(days))"
denominator_unit: money
n: "count(distinct invoice_id)"
finest: day
detail:
  - {name: open, label: {en: "Open", es: "Abierto", ro: "Deschis", ru: "Открыто"}, unit: money, sql: "sum(outstanding)"}
  - {name: invoiced, label: {en: "Invoiced", es: "Facturado", ro: "Facturat", ru: "Выставлено"}, unit: money, sql: "sum(invoiced)"}
variants:
  - id: receivables
    label: {en: "Receivables", es: "Cobros pendientes", ro: "Creanțe", ru: "Задолженность"}
  - id: days_to_pay
    label: {en: "Days to pay", es: "Días hasta el pago", ro: "Zile până la plată", ru: "Дней до оплаты"}
    formula: {en: "sum of amount * days from issue to payment / amount paid", es: "suma de importe * días de emisión a pago / importe pagado", ro: "suma de sumă * zile de la emitere la plată / suma plătită", ru: "сумма (сумма счёта * дней до оплаты) / оплаченная сумма"}
    numerator: "sum(amount_days)"
    denominator: "sum(amount)"
examples:
  - text: "1550 invoiced in May, 50 a day; 500 of it still open"
    value: 10
    facts: [{fact: invoices, account: a, invoice_id: paid, issued_at: 2026-05-10, amount: "1050", currency: EUR, status: paid, paid_at: 2026-05-10}, {fact: invoices, account: a, invoice_id: open, issued_at: 2026-05-10, amount: "500", currency: EUR, status: open}]
*/
select i, account, invoice_id, outstanding, 0 as invoiced, 1 as days, missing_rate from {receivables}
union all
select v.i, v.account, v.invoice_id, 0, v.amount, greatest(p.to_day - p.from_day, 1), v.missing_rate
from {invoiced} v
join {points} p on p.i = v.i
where v.last_status <> 'void'
-- variant days_to_pay
select v.i, v.account, v.invoice_id, v.amount, cast(round(v.amount * extract(epoch from v.settled_at - v.issued_at) / 86400) as decimal(38,0)) as amount_days, v.missing_rate
from {paid_invoices} v
