/*
id: overdue_rate
family: money
label:
  en: "Overdue receivables"
  es: "Cobros vencidos"
  ro: "Încasări restante"
  ru: "Просроченная задолженность"
about:
  en: "Of what is open on invoices at the end of the period, the share that is past its due day: not paid, void or written off; disputed is open; what was paid in part is taken off. An invoice without a due date is never overdue."
  es: "De lo abierto en facturas al final del período, el porcentaje con el día de vencimiento pasado: sin pagar, anular ni dar por perdida; lo disputado está abierto; se resta lo pagado en parte. Una factura sin vencimiento nunca está vencida."
  ro: "Din ce e deschis pe facturi la sfârșitul perioadei, ponderea cu scadența trecută: neplătită, neanulată, netrecută pe pierderi; cea disputată e deschisă; ce s-a plătit parțial se scade. O factură fără scadență nu e niciodată restantă."
  ru: "Доля открытого по счетам на конец периода, по которой прошёл срок: не оплачено, не аннулировано, не списано; оспариваемое открыто; частичная оплата вычтена. Счёт без срока не просрочен никогда."
formula:
  en: "open amount past its due day / open amount * 100"
  es: "importe abierto vencido / importe abierto * 100"
  ro: "suma deschisă restantă / suma deschisă * 100"
  ru: "открытая сумма с прошедшим сроком / открытая сумма * 100"
unit: percent
better: lower
type: ratio
facts: [invoices]
key: [invoice_id]
numerator: "sum(overdue)"
numerator_unit: money
denominator: "sum(outstanding)"
denominator_unit: money
scale: 100
detail:
  - {name: invoices_overdue, label: {en: "Invoices overdue", es: "Facturas vencidas", ro: "Facturi restante", ru: "Просроченные счета"}, unit: count, sql: "sum(late)"}
examples:
  - text: "10 invoices of 100 open, 3 of them due on 20 May"
    value: 30
    facts: [{fact: invoices, times: 7, account: a, invoice_id: "i#", issued_at: 2026-05-10, due_at: 2026-06-10, amount: "100", currency: EUR, status: open}, {fact: invoices, times: 3, account: a, invoice_id: "o#", issued_at: 2026-05-10, due_at: 2026-05-20, amount: "100", currency: EUR, status: open}]
*/
select i, account, invoice_id, currency, outstanding, missing_rate, case when deadline <= least(to_ts, {now}) then outstanding else 0 end as overdue,
       case when deadline <= least(to_ts, {now}) then 1 else 0 end as late
from {receivables}
