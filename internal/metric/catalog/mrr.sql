/*
id: mrr
family: money
label:
  en: "Monthly recurring revenue (MRR)"
  es: "Ingresos recurrentes mensuales (MRR)"
  ro: "Venit recurent lunar (MRR)"
  ru: "Ежемесячная регулярная выручка (MRR)"
about:
  en: "Recurring value per month at the end of the period: discounts in; taxes, one-offs, usage and trials out; past due stays in until canceled, canceled at the end of a paid period until that end, paused is worth nothing. Each of these is a choice of the workspace."
  es: "Valor recurrente por mes al final del período: con descuentos; sin impuestos, pagos únicos, consumo ni pruebas; lo vencido cuenta hasta que se cancela, lo cancelado al final de un período pagado hasta ese final, lo pausado no vale nada. Cada cosa es una elección del espacio."
  ro: "Valoarea recurentă pe lună la sfârșitul perioadei: cu reduceri; fără taxe, plăți unice, consum și perioade de probă; restanțele rămân până la anulare, ce e anulat la sfârșitul unei perioade plătite până atunci, ce e în pauză nu valorează nimic. Fiecare e o alegere a spațiului de lucru."
  ru: "Регулярная выручка в месяц на конец периода: со скидками; без налогов, разовых платежей, оплаты по расходу и пробных периодов; просроченное — до отмены, отменённое на конец оплаченного срока — до этого конца, пауза ничего не стоит. Всё это выбирает рабочее пространство."
formula:
  en: "sum of amount * quantity * (1 - discount) brought to a month"
  es: "suma de importe * cantidad * (1 - descuento) llevada al mes"
  ro: "suma de preț * cantitate * (1 - reducere) adusă la o lună"
  ru: "сумма цены * количества * (1 - скидка), приведённая к месяцу"
unit: money
better: higher
type: balance
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(closing)"
n: "count(distinct case when closing > 0 then account end)"
dimensions: [product_line]
examples:
  - text: "100 a month, 1200 a year and 300 a quarter"
    value: 300
    facts: [{fact: subscriptions, at: 2026-01-10, account: a, subscription_id: a, status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: b, subscription_id: b, status: active, amount: "1200", currency: EUR, interval: year}, {fact: subscriptions, at: 2026-01-10, account: c, subscription_id: c, status: active, amount: "300", currency: EUR, interval: quarter}]
*/
select i, account, product_line, closing, missing_rate from {balances}
