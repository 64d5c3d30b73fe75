/*
id: mau
family: product
label:
  en: "Monthly active users (MAU)"
  es: "Usuarios activos mensuales (MAU)"
  ro: "Utilizatori activi lunar (MAU)"
  ru: "Активные пользователи за месяц (MAU)"
about:
  en: "Known people who were active in the product in the 30 days that end with the period, or in the calendar month of its last day."
  es: "Personas conocidas que estuvieron activas en el producto en los 30 días que terminan con el período, o en el mes natural de su último día."
  ro: "Persoane cunoscute care au fost active în produs în cele 30 de zile care se încheie cu perioada sau în luna calendaristică a ultimei ei zile."
  ru: "Известные люди, активные в продукте за 30 дней до конца периода или за календарный месяц его последнего дня."
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
    where: "recent"
  - id: accounts
    label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}
    formula: {en: "distinct active accounts", es: "cuentas activas distintas", ro: "conturi active distincte", ru: "число разных активных аккаунтов"}
    numerator: "count(distinct case when account <> 0 then account end)"
    n: "count(distinct case when account <> 0 then account end)"
    key: [account]
    where: "recent"
  - id: calendar
    label: {en: "Calendar month", es: "Mes natural", ro: "Lună calendaristică", ru: "Календарный месяц"}
    formula: {en: "distinct active users in the calendar month", es: "usuarios activos distintos en el mes natural", ro: "utilizatori activi distincți în luna calendaristică", ru: "число разных активных за календарный месяц"}
    where: "in_calendar"
people: true
examples:
  - text: "4 people on 10 May; one of them and another one on the 31st; one on 1 May, before the 30 days"
    value: 5
    facts: [{fact: events, times: 4, at: 2026-05-10, name: Opened, user: "u#"}, {fact: events, at: 2026-05-31, name: Opened, user: u1}, {fact: events, at: 2026-05-31, name: Opened, user: u5}, {fact: events, at: 2026-05-01, name: Opened, user: u6}]
*/
select p.i, a.account, a.person, a.day >= p.to_day - 30 as recent,
       a.day >= cast(date_trunc('month', p.to_day - 1) as date) as in_calendar
from {points} p
join {active_days} a on a.day >= p.to_day - 31 and a.day < p.to_day
-- running
select day, users from {running_users(30)} order by day
