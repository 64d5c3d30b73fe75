/*
id: revenue_cohorts
family: money
label:
  en: "Revenue by cohort"
  es: "Ingresos por cohorte"
  ro: "Venituri pe cohorte"
  ru: "Выручка по когортам"
about:
  en: "Customers by the month of their first payment, and what part of their first recurring value they are worth at the end of each following month: above 100 where they grow. The value is that of all cohorts at the end of the first following month. All is shown at the rates of the end of the period, so that a change of rate is no change of value."
  es: "Clientes según el mes de su primer pago, y qué parte de su primer valor recurrente valen al final de cada mes siguiente: más de 100 si crecen. El valor es el de todas las cohortes al final del primer mes siguiente. Todo se muestra al cambio del final del período, así que un cambio de divisa no cambia el valor."
  ro: "Clienți după luna primei plăți și ce parte din prima lor valoare recurentă valorează la sfârșitul fiecărei luni următoare: peste 100 când cresc. Valoarea este a tuturor cohortelor la sfârșitul primei luni următoare. Totul este la cursul de la sfârșitul perioadei, așa că schimbarea cursului nu schimbă valoarea."
  ru: "Клиенты по месяцу первой оплаты и какую часть первой регулярной выручки они приносят в конце каждого следующего месяца: больше 100, если растут. Значение — по всем когортам на конец первого следующего месяца. Всё по курсу на конец периода, поэтому изменение курса значение не меняет."
formula:
  en: "recurring value at the end of the following month / first recurring value * 100"
  es: "valor recurrente al final del mes siguiente / primer valor recurrente * 100"
  ro: "valoarea recurentă la sfârșitul lunii următoare / prima valoare recurentă * 100"
  ru: "регулярная выручка на конец следующего месяца / первая регулярная выручка * 100"
unit: percent
better: higher
type: ratio
facts: [subscriptions, contracts]
numerator: "sum(case when nth = offset_n and is_over then value else 0 end)"
numerator_unit: money
denominator: "sum(case when nth = offset_n and is_over then first_value else 0 end)"
denominator_unit: money
scale: 100
n: "sum(case when nth = offset_n and is_over then 1 else 0 end)"
key: [account]
dimensions: [cohort]
detail:
  - {name: customers, label: {en: "Customers of the cohorts", es: "Clientes de las cohortes", ro: "Clienții cohortelor", ru: "Клиентов в когортах"}, unit: count, sql: "count(distinct account)"}
  - {name: still_paying, label: {en: "Still paying in the following month", es: "Siguen pagando el mes siguiente", ro: "Plătesc și în luna următoare", ru: "Платят и в следующем месяце"}, unit: count, sql: "sum(case when nth = offset_n and is_over and value > 0 then 1 else 0 end)"}
tables:
  - name: cohorts
    label: {en: "Cohorts", es: "Cohortes", ro: "Cohorte", ru: "Когорты"}
    units: {paying_share: percent, value: money, share: percent}
    sql: "select {group} cohort, nth, count(*) as size, cast(sum(case when value > 0 then 1 else 0 end) as bigint) as paying, 100.0 * sum(case when value > 0 then 1 else 0 end) / count(*) as paying_share, cast(cast(sum(value) as decimal(38,0)) as varchar) as value, 100.0 * cast(sum(value) as double precision) / cast(sum(first_value) as double precision) as share, max(case when is_over then 0 else 1 end) = 1 as partial from {rows} where latest <= 150 group by {group} cohort, nth order by {group} cohort, nth"
examples:
  - text: "2 customers began in May with 100 a month each; at the end of June one is left"
    value: 50
    facts: [{fact: subscriptions, times: 2, at: 2026-05-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-06-10, account: c1, subscription_id: c1, status: canceled, amount: "100", currency: EUR, interval: month}]
*/
select f.i, f.account, f.cohort, f.latest, f.first_value, m.nth - f.nth as nth, {policy.cohort_offset} as offset_n, m.is_over or m.nth = f.nth as is_over, f.missing_rate,
       case when m.nth = f.nth then f.first_value else cast(coalesce(sum(cast(round(s.monthly * r.rate) as decimal(38,0))), 0) as decimal(38,0)) end as value
from {first_payments} f
join {months} m on m.nth >= f.nth and m.nth <= f.nth + greatest({policy.cohort_periods}, {policy.cohort_offset}) and m.from_ts <= {now}
left join {recurring_spans} s on s.account = f.account and s.monthly > 0 and s.from_ts < least(m.to_ts, {now}) and coalesce(s.until_ts, timestamp '9999-01-01 00:00:00') >= least(m.to_ts, {now})
left join {rates} r on r.i = f.i and r.currency = s.currency
group by f.i, f.account, f.cohort, f.latest, f.first_value, f.missing_rate, f.nth, m.nth, m.is_over
