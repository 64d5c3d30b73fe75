/*
id: clv_cac_ratio
family: money
label:
  en: "CLV to CAC"
  es: "CLV entre CAC"
  ro: "CLV la CAC"
  ru: "CLV к CAC"
about:
  en: "How many times over a customer brings back what winning one costs: lifetime value by order, frequency and lifetime, divided by the cost of acquisition. As numerator and denominator both averages are shown."
  es: "Cuántas veces devuelve un cliente lo que cuesta ganarlo: valor de vida por pedido, frecuencia y vida entre el coste de adquisición. Como numerador y denominador se muestran ambas medias."
  ro: "De câte ori aduce un client înapoi costul atragerii: valoarea de viață după comandă, frecvență și durată împărțită la costul de achiziție. Ca numărător și numitor apar cele două medii."
  ru: "Во сколько раз клиент возвращает стоимость своего привлечения: ценность по заказу, частоте и сроку, делённая на стоимость привлечения. Числитель и знаменатель — оба средних."
formula:
  en: "CLV / CAC"
  es: "CLV / CAC"
  ro: "CLV / CAC"
  ru: "CLV / CAC"
unit: number
better: higher
type: ratio
facts: [costs, subscriptions, contracts, orders]
numerator: "round(1.0 * sum(worth) / nullif(sum(customers), 0))"
numerator_unit: money
denominator: "case when sum(customers) > 0 then round(1.0 * sum(cost) / nullif(sum(new_customers), 0)) else 0 end"
denominator_unit: money
n: "sum(customers)"
finest: day
bands:
  - {label: good, from: 3, to: 5, source: "S3"}
examples:
  - text: "20 a month for 3 years = 720; 240 spent to win one customer"
    value: 3
    set: {lifetime_months: "36"}
    facts: [{fact: subscriptions, at: 2026-05-10, account: a, subscription_id: a, status: active, amount: "20", currency: EUR, interval: month}, {fact: costs, kind: acquisition, amount: "240", currency: EUR}]
*/
select i, account, cast(round(a_year * months / 12) as decimal(38,0)) as worth, 1 as customers, 0 as cost, 0 as new_customers, missing_rate
from {customer_years} where months is not null
union all
select i, account, 0, 0, amount, 0, missing_rate from {cost_amounts} where {policy.acquisition_costs(kind)}
union all
select i, account, 0, 0, 0, new_customers, null from {customer_moves} where new_customers > 0
