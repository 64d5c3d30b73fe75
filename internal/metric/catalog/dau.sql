/*
id: dau
family: product
label:
  en: "Daily active users (DAU)"
  es: "Usuarios activos diarios (DAU)"
  ro: "Utilizatori activi zilnic (DAU)"
  ru: "Активные пользователи за день (DAU)"
about:
  en: "Known people who were active in the product on the last day of the period. Which events make somebody active is a policy; any does unless chosen."
  es: "Personas conocidas que estuvieron activas en el producto el último día del período. Qué eventos hacen activo a alguien es una política; cualquiera mientras no se elija."
  ro: "Persoane cunoscute care au fost active în produs în ultima zi a perioadei. Ce evenimente fac pe cineva activ este o politică; oricare, cât timp nu se alege."
  ru: "Известные люди, активные в продукте в последний день периода. Какие события делают активным — настройка; пока не выбрано, любое."
formula:
  en: "distinct active users"
  es: "usuarios activos distintos"
  ro: "utilizatori activi distincți"
  ru: "число разных активных пользователей"
unit: count
better: higher
type: balance
facts: [events]
numerator: "count(distinct person)"
n: "count(distinct person)"
key: [person]
finest: day
variants:
  - id: users
    label: {en: "Users", es: "Usuarios", ro: "Utilizatori", ru: "Пользователи"}
  - id: accounts
    label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}
    formula: {en: "distinct active accounts", es: "cuentas activas distintas", ro: "conturi active distincte", ru: "число разных активных аккаунтов"}
    numerator: "count(distinct case when account <> 0 then account end)"
    n: "count(distinct case when account <> 0 then account end)"
    key: [account]
people: true
examples:
  - text: "3 people on 31 May, one of them twice; another one the day before"
    value: 3
    facts: [{fact: events, times: 3, at: "2026-05-31T09:00:00Z", name: Opened, user: "u#"}, {fact: events, at: "2026-05-31T15:00:00Z", name: Opened, user: u1}, {fact: events, at: 2026-05-30, name: Opened, user: u9}]
*/
select p.i, a.account, a.person
from {points} p
join {active_days} a on a.day >= p.to_day - 1 and a.day < p.to_day
-- running
select day, users from {running_users(1)} order by day
