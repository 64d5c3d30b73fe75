/*
id: feature_utilisation
family: support
label:
  en: "Feature utilisation"
  es: "Aprovechamiento de funciones"
  ro: "Folosirea funcțiilor plătite"
  ru: "Использование оплаченных функций"
about:
  en: "How much of what customers pay for they use: features used in the period divided by features paid for, as the mean over the customers who pay at its end. Paid for are the features that the account's own trait features lists; where there is none, those that any account on the same plan used in the period."
  es: "Cuánto usan los clientes de lo que pagan: funciones usadas en el período entre funciones pagadas, como media de los clientes que pagan al final. Pagadas son las que enumera el atributo propio features de la cuenta; si no lo hay, las que usó en el período cualquier cuenta del mismo plan."
  ro: "Cât folosesc clienții din ce plătesc: funcții folosite în perioadă împărțite la funcții plătite, ca medie a clienților care plătesc la sfârșit. Plătite sunt cele din atributul propriu features al contului; dacă lipsește, cele folosite în perioadă de orice cont cu același plan."
  ru: "Сколько из оплаченного клиенты используют: функции, использованные за период, делённые на оплаченные, в среднем по клиентам, платящим на его конец. Оплачены те, что перечислены в собственном признаке аккаунта features; если его нет — те, которыми за период пользовался любой аккаунт на том же тарифе."
formula:
  en: "sum of features used / features paid for * 100 / customers"
  es: "suma de funciones usadas / pagadas * 100 / clientes"
  ro: "suma de funcții folosite / plătite * 100 / clienți"
  ru: "сумма (использованные / оплаченные функции * 100) / клиенты"
unit: percent
better: higher
type: ratio
facts: [events, accounts, subscriptions, contracts]
others: [accounts]
key: [account]
numerator: "sum(1.0 * used / paid)"
numerator_unit: number
denominator: "count(*)"
scale: 100
finest: day
excluded:
  nothing_known: {en: "It is not known which features the account pays for", es: "No se sabe por qué funciones paga la cuenta", ro: "Nu se știe pentru ce funcții plătește contul", ru: "Неизвестно, за какие функции платит аккаунт"}
detail:
  - {name: used, label: {en: "Features used, mean", es: "Funciones usadas, media", ro: "Funcții folosite, medie", ru: "Использованные функции, среднее"}, unit: number, sql: "avg(cast(used as double precision))"}
  - {name: paid, label: {en: "Features paid for, mean", es: "Funciones pagadas, media", ro: "Funcții plătite, medie", ru: "Оплаченные функции, среднее"}, unit: number, sql: "avg(cast(paid as double precision))"}
examples:
  - text: "of 2 features that the plan has one account uses both, the other one: (100 + 50) / 2"
    value: 75
    facts: [{fact: subscriptions, at: 2026-01-10, account: a, subscription_id: a, status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-01-10, account: b, subscription_id: b, status: active, amount: "100", currency: EUR, interval: month}, {fact: accounts, times: 1, account: a, plan: pro}, {fact: accounts, times: 1, account: b, plan: pro}, {fact: events, at: 2026-05-10, name: Reported, account: a, user: ua}, {fact: events, at: 2026-05-10, name: Exported, account: a, user: ua}, {fact: events, at: 2026-05-10, name: Reported, account: b, user: ub}]
*/
with features as (
  select i, account, name from {account_features} where {policy.paid_features(name)}
),
owned as (
  select c.i, c.account, pl.value as plan, own.value as stated
  from {paying} c
  left join {trait.plan} pl on pl.i = c.i and pl.account = c.account
  left join {own.features} own on own.i = c.i and own.account = c.account
  where c.is_customer = 1
),
listed as (
  select distinct i, account, trim(name) as name
  from (select i, account, unnest(string_to_array(replace(replace(replace(stated, '[', ''), ']', ''), '"', ''), ',')) as name from owned where stated is not null) parts
  where trim(name) <> ''
),
of_plan as (
  select pl.i, coalesce(pl.value, '') as plan, count(distinct f.name) as paid
  from features f
  join (select a.i, a.account, t.value from (select distinct i, account from features) a left join {trait.plan} t on t.i = a.i and t.account = a.account) pl on pl.i = f.i and pl.account = f.account
  group by pl.i, coalesce(pl.value, '')
),
used_of as (
  select f.i, f.account, count(*) as used_any, count(l.name) as used_listed
  from features f left join listed l on l.i = f.i and l.account = f.account and l.name = f.name
  group by f.i, f.account
),
listed_of as (select i, account, count(*) as paid from listed group by i, account)
select o.i, o.account, coalesce(case when o.stated is null then u.used_any else u.used_listed end, 0) as used, case when o.stated is null then op.paid else lo.paid end as paid,
       case when case when o.stated is null then op.paid else lo.paid end is null then 'nothing_known' end as excluded
from owned o
left join used_of u on u.i = o.i and u.account = o.account
left join of_plan op on op.i = o.i and op.plan = coalesce(o.plan, '')
left join listed_of lo on lo.i = o.i and lo.account = o.account
