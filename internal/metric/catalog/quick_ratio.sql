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
*/
select i, account, product_line, new_value, reactivation, expansion, contraction, churn, missing_rate from {movements}
