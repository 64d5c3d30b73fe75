/*
id: crc
family: money
label:
  en: "Customer retention cost (CRC)"
  es: "Coste de retención de clientes (CRC)"
  ro: "Costul reținerii clienților (CRC)"
  ru: "Стоимость удержания клиента (CRC)"
about:
  en: "What was spent in the period to keep customers, per customer kept: paying at its start and at its end. Its parts are those that the costs name. Each cost at the rate of its day. A segment sees only costs that name an account."
  es: "Lo gastado en el período para retener clientes, por cliente retenido: que paga al inicio y al final. Sus partes son las que nombran los costes. Cada coste al tipo de su día. Un segmento solo ve los costes que nombran una cuenta."
  ro: "Cât s-a cheltuit în perioadă pentru a păstra clienți, pe client păstrat: plătitor la început și la sfârșit. Părțile sunt cele numite de costuri. Fiecare cost la cursul zilei sale. Un segment vede doar costurile care numesc un cont."
  ru: "Сколько потрачено в периоде на удержание, на одного удержанного: платившего и в начале, и в конце. Части — те, что названы в затратах. Каждая затрата — по курсу своего дня. Сегмент видит только затраты, где назван аккаунт."
formula:
  en: "retention cost / customers retained"
  es: "coste de retención / clientes retenidos"
  ro: "cost de păstrare / clienți păstrați"
  ru: "затраты на удержание / удержанные клиенты"
unit: money
better: lower
type: ratio
facts: [costs, subscriptions, contracts, orders]
key: [account]
numerator: "sum(cost)"
denominator: "sum(retained)"
n: "sum(retained)"
detail:
  - {name: cost, label: {en: "Cost", es: "Coste", ro: "Cost", ru: "Затраты"}, unit: money, sql: "sum(cost)"}
  - {name: training, label: {en: "Training", es: "Formación", ro: "Instruire", ru: "Обучение"}, unit: money, sql: "sum(case when part = 'training' then cost else 0 end)"}
  - {name: support, label: {en: "Support", es: "Soporte", ro: "Suport", ru: "Поддержка"}, unit: money, sql: "sum(case when part = 'support' then cost else 0 end)"}
  - {name: marketing, label: {en: "Marketing", es: "Marketing", ro: "Marketing", ru: "Маркетинг"}, unit: money, sql: "sum(case when part = 'marketing' then cost else 0 end)"}
  - {name: team, label: {en: "Team", es: "Equipo", ro: "Echipă", ru: "Команда"}, unit: money, sql: "sum(case when part = 'team' then cost else 0 end)"}
tables:
  - name: parts
    label: {en: "Parts", es: "Partes", ro: "Părți", ru: "Части"}
    units: {cost: money}
    sql: "select {group} part, cast(cast(sum(cost) as decimal(38,0)) as varchar) as cost from {rows} where cost <> 0 group by {group} part order by {group} sum(cost) desc, part nulls last"
examples:
  - text: "500 spent on keeping 10 customers"
    value: 50
    facts: [{fact: costs, kind: retention, part: training, amount: "500", currency: EUR}, {fact: subscriptions, times: 10, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}]
*/
select i, account, part, csm, amount as cost, 0 as retained, missing_rate from {cost_amounts} where {policy.retention_costs(kind)}
union all
select i, account, null, null, 0, 1, null from {paying} where was_customer = 1 and is_customer = 1
