/*
id: at_risk_mrr
family: health
label:
  en: "Recurring revenue at risk"
  es: "Ingresos recurrentes en riesgo"
  ro: "Venit recurent în pericol"
  ru: "Регулярная выручка под угрозой"
about:
  en: "Of the recurring revenue at the end of the period, the part that is at risk: in the poor band of global health as it was told then, or by the workspace's own definition (a score, stages)."
  es: "De los ingresos recurrentes al final del período, la parte en riesgo: en la banda mala de la salud global tal como se dijo entonces, o según la definición propia del espacio (una puntuación, etapas)."
  ro: "Din venitul recurent la sfârșitul perioadei, partea în pericol: în banda slabă a sănătății globale așa cum a fost spusă atunci, sau după definiția proprie a spațiului de lucru (un scor, etape)."
  ru: "Из регулярной выручки на конец периода та часть, что под угрозой: в плохой полосе общего здоровья, как было сказано тогда, или по собственному определению рабочего пространства (оценка, стадии)."
formula:
  en: "sum of the recurring value of customers at risk"
  es: "suma del valor recurrente de clientes en riesgo"
  ro: "suma valorii recurente a clienților în pericol"
  ru: "сумма регулярной выручки клиентов под угрозой"
unit: money
better: lower
type: balance
facts: [scores, subscriptions, contracts]
key: [account]
numerator: "sum(case when at_risk = 1 then closing else 0 end)"
n: "sum(at_risk)"
dimensions: [band]
detail:
  - {name: share, label: {en: "Share of all recurring revenue", es: "Parte de todos los ingresos recurrentes", ro: "Ponderea din tot venitul recurent", ru: "Доля всей регулярной выручки"}, unit: percent, sql: "100 * cast(sum(case when at_risk = 1 then closing else 0 end) as double precision) / nullif(cast(sum(closing) as double precision), 0)"}
examples:
  - text: "customers of 100, 200 and 300 a month; the one of 200 is in the poor band"
    value: 200
    facts: [{fact: subscriptions, at: 2026-01-10, account: a, subscription_id: a, status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: b, subscription_id: b, status: active, amount: "200", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: c, subscription_id: c, status: active, amount: "300", currency: EUR, interval: month}, {fact: scores, account: b, aspect: global, score: 20, band: poor, coverage: 100}, {fact: scores, account: c, aspect: global, score: 80, band: good, coverage: 100}]
*/
select b.i, b.account, r.band, coalesce(r.at_risk, 0) as at_risk, b.closing, b.missing_rate
from {customer_balances} b
left join {at_risk} r on r.i = b.i and r.account = b.account
