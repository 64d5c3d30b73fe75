/*
id: dau
family: product
label:
  en: "Daily active users"
  es: "Usuarios activos diarios"
  ro: "Utilizatori activi zilnic"
  ru: "Активные пользователи за день (DAU)"
about:
  en: "Known people who did something in the product on the last day of the period."
  es: "Personas conocidas que hicieron algo en el producto el último día del período."
  ro: "Persoane cunoscute care au făcut ceva în produs în ultima zi a perioadei."
  ru: "Известные люди, которые что-то делали в продукте в последний день периода."
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
  - id: accounts
    label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}
    formula: "distinct active accounts"
    numerator: "count(distinct case when account <> 0 then account end)"
    n: "count(distinct case when account <> 0 then account end)"
people: true
*/
select p.i, a.account, a.person
from {points} p
join {active_days} a on a.day >= p.to_day - 1 and a.day < p.to_day
-- running
select day, cast(sum(change) over (order by day rows between unbounded preceding and current row) as bigint) as users
from (
  select day, cast(sum(change) as bigint) as change
  from (
    select case when prev_day + 1 > day then prev_day + 1 else day end as day, sum(n) as change from {returns} group by 1
    union all
    select day + 1, -sum(n) from {returns} group by 1
  ) changes
  group by day
) daily
order by day
