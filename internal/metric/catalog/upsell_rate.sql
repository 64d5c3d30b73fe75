/*
id: upsell_rate
family: customers
label:
  en: "Upsell rate"
  es: "Tasa de venta adicional (upsell)"
  ro: "Rata de upsell"
  ru: "Доля допродаж"
about:
  en: "Of the customers that paid at the start and could have bought more, the share that is worth more a month at the end: more seats, a higher plan, another product. Customers with nothing but the highest plans are left out once the workspace names these. A change of exchange rate is none."
  es: "De los clientes que pagaban al inicio y podían comprar más, el porcentaje que vale más al mes al final: más puestos, un plan superior, otro producto. Los que solo tienen los planes superiores quedan fuera cuando el espacio los nombra. Un cambio de divisa no cuenta."
  ro: "Dintre clienții care plăteau la început și puteau cumpăra mai mult, ponderea celor care valorează mai mult pe lună la sfârșit: mai multe locuri, un plan mai mare, alt produs. Cei cu doar planuri de vârf rămân afară când spațiul de lucru le numește. Schimbarea cursului nu contează."
  ru: "Доля клиентов, плативших в начале и способных купить больше, чья месячная выручка к концу выросла: больше мест, тариф выше, ещё продукт. Клиенты только с высшими тарифами не считаются, если эти тарифы названы. Изменение курса — не рост."
formula:
  en: "customers with an expansion / customers at the start that could buy more * 100"
  es: "clientes con expansión / clientes al inicio que podían comprar más * 100"
  ro: "clienți cu extindere / clienți la început care puteau cumpăra mai mult * 100"
  ru: "клиенты с расширением / клиенты в начале, способные купить больше * 100"
unit: percent
better: higher
type: ratio
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(expanded)"
denominator: "count(*)"
scale: 100
interval: wilson
excluded:
  top_plan: {en: "already on the highest plan", es: "ya tiene el plan superior", ro: "are deja planul cel mai mare", ru: "уже на высшем тарифе"}
detail:
  - {name: expanded, label: {en: "Expanded", es: "Ampliados", ro: "Extinși", ru: "Расширились"}, unit: count, sql: "sum(expanded)"}
  - {name: expansion, label: {en: "Expansion a month", es: "Expansión al mes", ro: "Extindere pe lună", ru: "Расширение в месяц"}, unit: money, sql: "sum(expansion)"}
examples:
  - text: "4 customers of 100 a month, one pays 150 now"
    value: 25
    facts: [{fact: subscriptions, times: 4, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: c1, subscription_id: c1, status: active, amount: "150", currency: EUR, interval: month}]
*/
select b.i, b.account, b.expansion, b.missing_rate, case when b.expansion > 0 then 1 else 0 end as expanded, case when t.account is not null then 'top_plan' end as excluded
from (
  select i, account, max(missing_rate) as missing_rate, cast(sum(opening) as decimal(38,0)) as opening, cast(sum(expansion) as decimal(38,0)) as expansion
  from {movements} group by i, account
) b
left join (
  select p.i, s.account
  from {points} p
  join {recurring_spans} s on s.monthly > 0 and s.from_ts < p.from_ts and (s.until_ts is null or s.until_ts >= p.from_ts)
  group by p.i, s.account
  having min(case when {policy.top_plans(s.plan)} then 1 else 0 end) = 1
) t on t.i = b.i and t.account = b.account
where b.opening > 0
