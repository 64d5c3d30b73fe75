/*
id: mrr
family: money
label:
  en: "Monthly recurring revenue (MRR)"
  es: "Ingresos recurrentes mensuales (MRR)"
  ro: "Venit recurent lunar (MRR)"
  ru: "Ежемесячная регулярная выручка (MRR)"
about:
  en: "Recurring value per month at the end of the period: discounts in; taxes, one-offs, usage and trials out; past due stays in until canceled."
  es: "Valor recurrente por mes al final del período: con descuentos; sin impuestos, pagos únicos, consumo ni pruebas; lo vencido cuenta hasta que se cancela."
  ro: "Valoarea recurentă pe lună la sfârșitul perioadei: cu reduceri; fără taxe, plăți unice, consum și perioade de probă; restanțele rămân până la anulare."
  ru: "Регулярная выручка в месяц на конец периода: со скидками; без налогов, разовых платежей, оплаты по расходу и пробных периодов; просроченное считается до отмены."
formula: "sum of amount * quantity * (1 - discount) brought to a month"
unit: money
better: higher
type: balance
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(closing)"
n: "count(distinct case when closing > 0 then account end)"
dimensions: [product_line]
*/
select i, account, product_line, closing, missing_rate from {balances}
