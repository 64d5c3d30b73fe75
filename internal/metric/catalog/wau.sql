/*
id: wau
family: product
label:
  en: "Weekly active users (WAU)"
  es: "Usuarios activos semanales (WAU)"
  ro: "Utilizatori activi săptămânal (WAU)"
  ru: "Активные пользователи за неделю (WAU)"
about:
  en: "Known people who were active in the product in the 7 days that end with the period, or in the calendar week of its last day."
  es: "Personas conocidas que estuvieron activas en el producto en los 7 días que terminan con el período, o en la semana natural de su último día."
  ro: "Persoane cunoscute care au fost active în produs în cele 7 zile care se încheie cu perioada sau în săptămâna calendaristică a ultimei ei zile."
  ru: "Известные люди, активные в продукте за 7 дней до конца периода или за календарную неделю его последнего дня."
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
  - id: calendar
    label: {en: "Calendar week", es: "Semana natural", ro: "Săptămână calendaristică", ru: "Календарная неделя"}
    formula: {en: "distinct active users in the calendar week", es: "usuarios activos distintos en la semana natural", ro: "utilizatori activi distincți în săptămâna calendaristică", ru: "число разных активных за календарную неделю"}
    where: "in_calendar"
people: true
examples:
  - text: "2 people on 26 May; one of them and another one on the 31st; one on the 24th, before the 7 days"
    value: 3
    facts: [{fact: events, times: 2, at: 2026-05-26, name: Opened, user: "u#"}, {fact: events, at: 2026-05-31, name: Opened, user: u1}, {fact: events, at: 2026-05-31, name: Opened, user: u3}, {fact: events, at: 2026-05-24, name: Opened, user: u4}]
*/
select p.i, a.account, a.person, a.day >= cast(date_trunc('week', p.to_day - 1) as date) as in_calendar
from {points} p
join {active_days} a on a.day >= p.to_day - 7 and a.day < p.to_day
-- running
select day, users from {running_users(7)} order by day
