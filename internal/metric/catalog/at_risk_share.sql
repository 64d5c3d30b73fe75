/*
id: at_risk_share
family: health
label:
  en: "Accounts at risk"
  es: "Cuentas en riesgo"
  ro: "Conturi în pericol"
  ru: "Аккаунты под угрозой"
about:
  en: "Of the customers who pay at the end of the period, the part that is at risk: in the poor band of global health as it was told then, or by the workspace's own definition (a score, stages)."
  es: "De los clientes que pagan al final del período, la parte en riesgo: en la banda mala de la salud global tal como se dijo entonces, o según la definición propia del espacio (una puntuación, etapas)."
  ro: "Din clienții care plătesc la sfârșitul perioadei, partea în pericol: în banda slabă a sănătății globale așa cum a fost spusă atunci, sau după definiția proprie a spațiului de lucru (un scor, etape)."
  ru: "Из платящих клиентов на конец периода та часть, что под угрозой: в плохой полосе общего здоровья, как было сказано тогда, или по собственному определению рабочего пространства (оценка, стадии)."
formula:
  en: "customers at risk / customers * 100"
  es: "clientes en riesgo / clientes * 100"
  ro: "clienți în pericol / clienți * 100"
  ru: "клиенты под угрозой / клиенты * 100"
unit: percent
better: lower
type: ratio
facts: [scores, subscriptions, contracts]
key: [account]
numerator: "sum(at_risk)"
denominator: "count(*)"
scale: 100
n: "count(*)"
interval: wilson
dimensions: [band]
detail:
  - {name: at_risk, label: {en: "At risk", es: "En riesgo", ro: "În pericol", ru: "Под угрозой"}, unit: count, sql: "sum(at_risk)"}
  - {name: unscored, label: {en: "Without a score", es: "Sin puntuación", ro: "Fără scor", ru: "Без оценки"}, unit: count, sql: "sum(case when band is null then 1 else 0 end)"}
examples:
  - text: "4 customers, one in the poor band"
    value: 25
    facts: [{fact: subscriptions, times: 4, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: scores, account: c1, aspect: global, score: 20, band: poor, coverage: 100}, {fact: scores, account: c2, aspect: global, score: 80, band: good, coverage: 100}]
*/
select i, account, band, at_risk from {at_risk}
