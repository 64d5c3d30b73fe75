/*
id: quick_ratio
family: money
label:
  en: "Quick ratio"
  es: "Quick ratio"
  ro: "Quick ratio"
  ru: "Коэффициент Quick Ratio"
about:
  en: "Recurring revenue gained in the period per recurring revenue lost in it."
  es: "Ingresos recurrentes ganados en el período por los perdidos en él."
  ro: "Venitul recurent câștigat în perioadă la cel pierdut în ea."
  ru: "Регулярная выручка, полученная в периоде, к потерянной в нём."
formula:
  en: "(new + reactivation + expansion) / (contraction + churn)"
  es: "(nuevos + reactivación + expansión) / (contracción + abandono)"
  ro: "(nou + reactivare + extindere) / (reducere + pierdere)"
  ru: "(новая + возврат + расширение) / (сокращение + отток)"
unit: number
better: higher
type: ratio
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(new_value) + sum(reactivation) + sum(expansion)"
numerator_unit: money
denominator: "-sum(contraction) - sum(churn)"
denominator_unit: money
n: "count(distinct case when new_value <> 0 or reactivation <> 0 or expansion <> 0 or contraction <> 0 or churn <> 0 then account end)"
dimensions: [product_line]
examples:
  - text: "30 more from one customer and 50 from a new one, 20 less from another: 80 / 20"
    value: 4
    facts: [{fact: subscriptions, at: 2026-01-10, account: a, subscription_id: a, status: active, amount: "40", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: b, subscription_id: b, status: active, amount: "60", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: a, subscription_id: a, status: active, amount: "20", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: b, subscription_id: b, status: active, amount: "90", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-20, account: n, subscription_id: n, status: active, amount: "50", currency: EUR, interval: month}]
*/
select i, account, product_line, new_value, reactivation, expansion, contraction, churn, missing_rate from {movements}
