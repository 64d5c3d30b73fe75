/*
id: mrr_churn_rate
family: money
label:
  en: "MRR churn"
  es: "Abandono de MRR"
  ro: "Pierderea de MRR"
  ru: "Отток MRR"
about:
  en: "Recurring revenue lost in the period with customers that left, of that at its start. With contraction, what remaining customers pay less is lost too; net, what they pay more is taken off, so it can fall below zero: negative churn."
  es: "Ingresos recurrentes perdidos en el período con clientes que se fueron, sobre los del inicio. Con contracción también se pierde lo que los que quedan pagan de menos; neto, se resta lo que pagan de más, y puede bajar de cero: abandono negativo."
  ro: "Venitul recurent pierdut în perioadă odată cu clienții plecați, din cel de la început. Cu reducere se pierde și ce plătesc mai puțin cei rămași; net se scade ce plătesc în plus, deci poate coborî sub zero: pierdere negativă."
  ru: "Регулярная выручка, потерянная в периоде с ушедшими клиентами, от выручки в начале. С сокращением теряется и то, на сколько меньше платят оставшиеся; чистый вычитает то, на сколько больше они платят, и бывает ниже нуля: отрицательный отток."
formula:
  en: "MRR of customers lost / MRR at the start * 100"
  es: "MRR de clientes perdidos / MRR al inicio * 100"
  ro: "MRR al clienților pierduți / MRR la început * 100"
  ru: "MRR ушедших / MRR в начале * 100"
unit: percent
better: lower
type: ratio
facts: [subscriptions, contracts]
key: [account]
numerator: "-sum(churn)"
numerator_unit: money
denominator: "sum(opening)"
denominator_unit: money
scale: 100
n: "count(distinct case when opening > 0 then account end)"
dimensions: [product_line]
detail:
  - {name: voluntary, label: {en: "Voluntary", es: "Voluntario", ro: "Voluntar", ru: "Добровольно"}, unit: money, sql: "-sum(case when kind = 'involuntary' then 0 else churn end)"}
  - {name: involuntary, label: {en: "Payment failed", es: "Pago fallido", ro: "Plată eșuată", ru: "Сбой оплаты"}, unit: money, sql: "-sum(case when kind = 'involuntary' then churn else 0 end)"}
  - {name: contraction, label: {en: "Contraction", es: "Contracción", ro: "Reducere", ru: "Сокращение"}, unit: money, sql: "sum(contraction)"}
  - {name: expansion, label: {en: "Expansion", es: "Expansión", ro: "Extindere", ru: "Расширение"}, unit: money, sql: "sum(expansion)"}
tables:
  - name: reasons
    label: {en: "Reasons", es: "Motivos", ro: "Motive", ru: "Причины"}
    units: {lost: money}
    sql: "select {group} kind, reason, count(distinct account) as customers, cast(cast(-sum(churn) as decimal(38,0)) as varchar) as lost from {rows} where churn <> 0 group by {group} kind, reason order by {group} sum(churn), kind nulls last, reason nulls last"
variants:
  - id: cancellations
    label: {en: "Customers lost", es: "Clientes perdidos", ro: "Clienți pierduți", ru: "Ушедшие клиенты"}
  - id: with_contraction
    label: {en: "With contraction", es: "Con contracción", ro: "Cu reducere", ru: "С сокращением"}
    formula: {en: "(churn + contraction) / MRR at the start * 100", es: "(abandono + contracción) / MRR al inicio * 100", ro: "(pierdere + reducere) / MRR la început * 100", ru: "(отток + сокращение) / MRR в начале * 100"}
    numerator: "-sum(churn) - sum(contraction)"
  - id: net
    label: {en: "Net of expansion", es: "Neto de expansión", ro: "Net de extindere", ru: "За вычетом расширения"}
    formula: {en: "(churn + contraction - expansion) / MRR at the start * 100", es: "(abandono + contracción - expansión) / MRR al inicio * 100", ro: "(pierdere + reducere - extindere) / MRR la început * 100", ru: "(отток + сокращение - расширение) / MRR в начале * 100"}
    numerator: "-sum(churn) - sum(contraction) - sum(expansion) - sum(regained)"
examples:
  - text: "10 customers of 100 a month, one leaves"
    value: 10
    facts: [{fact: subscriptions, times: 10, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: c1, subscription_id: c1, status: canceled, amount: "100", currency: EUR, interval: month}]
*/
select i, account, product_line, opening, expansion, contraction, churn, kind, reason, missing_rate,
       case when {policy.nrr_reactivation} = 'in' then reactivation else 0 end as regained
from {movements}
