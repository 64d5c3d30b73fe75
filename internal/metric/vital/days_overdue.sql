/*
id: days_overdue
label: {en: "Days overdue", es: "Días de retraso en el pago", ro: "Zile de întârziere la plată", ru: "Дней просрочки оплаты"}
about:
  en: "Days since the oldest invoice that is still to be paid fell due; 0 when none is. Not known where there never was an invoice."
  es: "Días desde que venció la factura más antigua aún por pagar; 0 si no hay ninguna. No se conoce si nunca hubo facturas."
  ro: "Zile de la scadența celei mai vechi facturi încă neplătite; 0 dacă nu e niciuna. Nu se cunoaște unde nu a fost nicio factură."
  ru: "Сколько дней назад наступил срок самого старого неоплаченного счёта; 0, если таких нет. Неизвестно, если счетов не было."
unit: days
better: lower
facts: [invoices]
*/
select p.i, v.account,
       max(case when v.status in ('open', 'disputed') and v.due_at < p.to_ts then cast(extract(epoch from (p.to_ts - v.due_at)) as double precision) / 86400 else 0 end) as value
from {points} p
join {invoices_spans} v on v.ts < p.to_ts and (v.until_ts is null or v.until_ts >= p.to_ts)
where v.account <> 0
group by p.i, v.account
