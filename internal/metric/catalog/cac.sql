/*
id: cac
family: money
label:
  en: "Customer acquisition cost (CAC)"
  es: "Coste de adquisición de clientes (CAC)"
  ro: "Costul de achiziție a clienților (CAC)"
  ru: "Стоимость привлечения клиента (CAC)"
about:
  en: "What was spent in the period to win customers (acquisition and marketing, unless the workspace says otherwise), per new customer. Each cost at the rate of its day. A segment sees only costs that name an account."
  es: "Lo gastado en el período para ganar clientes (adquisición y marketing, salvo que el espacio diga otra cosa), por cliente nuevo. Cada coste al tipo de su día. Un segmento solo ve los costes que nombran una cuenta."
  ro: "Cât s-a cheltuit în perioadă pentru a aduce clienți (achiziție și marketing, dacă spațiul de lucru nu spune altfel), pe client nou. Fiecare cost la cursul zilei sale. Un segment vede doar costurile care numesc un cont."
  ru: "Сколько потрачено в периоде на привлечение (привлечение и маркетинг, если не задано иное), на одного нового клиента. Каждая затрата — по курсу своего дня. Сегмент видит только затраты, где назван аккаунт."
formula:
  en: "acquisition cost / new customers"
  es: "coste de adquisición / clientes nuevos"
  ro: "cost de achiziție / clienți noi"
  ru: "затраты на привлечение / новые клиенты"
unit: money
better: lower
type: ratio
facts: [costs, subscriptions, contracts, orders]
key: [account]
numerator: "sum(cost)"
denominator: "sum(new_customers)"
n: "sum(new_customers)"
detail:
  - {name: cost, label: {en: "Cost", es: "Coste", ro: "Cost", ru: "Затраты"}, unit: money, sql: "sum(cost)"}
  - {name: new_customers, label: {en: "New customers", es: "Clientes nuevos", ro: "Clienți noi", ru: "Новые клиенты"}, unit: count, sql: "sum(new_customers)"}
examples:
  - text: "600 for advertising and 400 for trade fairs, 5 new customers"
    value: 200
    facts: [{fact: costs, kind: marketing, amount: "600", currency: EUR}, {fact: costs, kind: acquisition, amount: "400", currency: EUR}, {fact: subscriptions, times: 5, at: 2026-05-12, account: "n#", subscription_id: "n#", status: active, amount: "100", currency: EUR, interval: month}]
*/
select i, account, amount as cost, 0 as new_customers, missing_rate from {cost_amounts} where {policy.acquisition_costs(kind)}
union all
select i, account, 0, new_customers, null from {customer_moves} where new_customers > 0
