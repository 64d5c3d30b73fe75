/*
id: mau
family: product
label:
  en: "Monthly active users"
  es: "Usuarios activos mensuales"
  ro: "Utilizatori activi lunar"
  ru: "Активные пользователи за месяц (MAU)"
about:
  en: "Known people who did something in the product in the 30 days that end with the period."
  es: "Personas conocidas que hicieron algo en el producto en los 30 días que terminan con el período."
  ro: "Persoane cunoscute care au făcut ceva în produs în cele 30 de zile care se încheie cu perioada."
  ru: "Известные люди, которые что-то делали в продукте за 30 дней до конца периода."
formula: "distinct active users"
unit: count
better: higher
type: balance
facts: [events]
numerator: "count(distinct person)"
n: "count(distinct person)"
finest: day
variants:
  - id: users
    label: {en: "Users", es: "Usuarios", ro: "Utilizatori", ru: "Пользователи"}
    where: "recent"
  - id: accounts
    label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}
    formula: "distinct active accounts"
    numerator: "count(distinct case when account <> 0 then account end)"
    n: "count(distinct case when account <> 0 then account end)"
    where: "recent"
  - id: calendar
    label: {en: "Calendar month", es: "Mes natural", ro: "Lună calendaristică", ru: "Календарный месяц"}
    formula: "distinct active users in the calendar month"
    where: "in_calendar"
people: true
*/
select p.i, a.account, a.person, a.day >= p.to_day - 30 as recent,
       a.day >= cast(date_trunc('month', p.to_day - 1) as date) as in_calendar
from {points} p
join {active_days} a on a.day >= p.to_day - 31 and a.day < p.to_day
-- running
select day, cast(sum(change) over (order by day rows between unbounded preceding and current row) as bigint) as users
from (
  select day, cast(sum(change) as bigint) as change
  from (
    select case when prev_day + 30 > day then prev_day + 30 else day end as day, sum(n) as change from {returns} group by 1
    union all
    select day + 30, -sum(n) from {returns} group by 1
  ) changes
  group by day
) daily
order by day
