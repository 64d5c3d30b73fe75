/*
id: cs_roi
family: health
label:
  en: "Return on customer success"
  es: "Retorno del éxito del cliente"
  ro: "Randamentul echipei de succes al clienților"
  ru: "Окупаемость работы с клиентами"
about:
  en: "What the team brought in against what it cost. Month by month, customers that the team was in contact with are set against those on the same plan that it was not (on any plan where a plan has none): how much more the share of value lost, gained and referred changed from the month before. That difference, on the value of the customers in contact, is what was saved, expanded and referred; recurring value counts for the months stated. Without comparable customers or without cost there is no value."
  es: "Lo que aportó el equipo frente a lo que costó. Mes a mes, los clientes con los que hubo contacto se comparan con los del mismo plan sin contacto (de cualquier plan si no los hay): cuánto más cambió la parte de valor perdida, ganada y referida respecto al mes anterior. Esa diferencia, sobre el valor de los clientes con contacto, es lo salvado, ampliado y referido; el valor recurrente cuenta los meses indicados. Sin clientes comparables o sin coste no hay valor."
  ro: "Ce a adus echipa față de cât a costat. Lună de lună, clienții cu care a fost în contact se compară cu cei de pe același plan cu care nu a fost (de pe orice plan, dacă nu există): cu cât s-a schimbat mai mult partea de valoare pierdută, câștigată și recomandată față de luna dinainte. Diferența, pe valoarea clienților contactați, este ce s-a salvat, extins și recomandat; valoarea recurentă contează lunile stabilite. Fără clienți comparabili sau fără cost nu există valoare."
  ru: "Что принесла команда в сравнении с её стоимостью. Месяц за месяцем клиенты, с которыми команда связывалась, сравниваются с теми на том же тарифе, с кем не связывалась (на любом, если таких нет): насколько сильнее изменилась доля потерянной, добавленной и пришедшей по рекомендациям выручки по сравнению с месяцем раньше. Эта разница, умноженная на выручку клиентов с контактом, — сохранённое, добавленное и приведённое; регулярная выручка засчитывается за указанные месяцы. Без сравнимых клиентов или без затрат значения нет."
formula:
  en: "(saved + expanded + referred - cost of the team) / cost of the team * 100"
  es: "(salvado + ampliado + referido - coste del equipo) / coste del equipo * 100"
  ro: "(salvat + extins + recomandat - costul echipei) / costul echipei * 100"
  ru: "(сохранено + добавлено + приведено - стоимость команды) / стоимость команды * 100"
unit: percent
better: higher
type: ratio
facts: [costs, interactions, subscriptions, contracts, referrals, accounts]
key: [account]
estimator: return_on_success
observe: [account, slice, engaged, stratum, before, opening, closing, referred_before, referred, cost, months]
words:
  - {name: cost, label: {en: "Cost of the team", es: "Coste del equipo", ro: "Costul echipei", ru: "Затраты на команду"}, unit: money, sum: true}
  - {name: saved, label: {en: "Saved", es: "Salvado", ro: "Salvat", ru: "Сохранено"}, unit: money}
  - {name: expanded, label: {en: "Expanded", es: "Ampliado", ro: "Extins", ru: "Прирост"}, unit: money}
  - {name: referred, label: {en: "Referred", es: "Recomendado", ro: "Recomandat", ru: "По рекомендациям"}, unit: money, sum: true}
  - {name: value_months, label: {en: "Recurring value counts for", es: "El valor recurrente cuenta durante", ro: "Valoarea recurentă contează", ru: "Регулярная выручка засчитана за"}, unit: months}
  - {name: engaged, label: {en: "Customer months with contact", es: "Meses de cliente con contacto", ro: "Luni de client cu contact", ru: "Клиенто-месяцев с контактом"}, unit: count, sum: true}
  - {name: comparable, label: {en: "Customer months without contact", es: "Meses de cliente sin contacto", ro: "Luni de client fără contact", ru: "Клиенто-месяцев без контакта"}, unit: count}
  - {name: lost_percent, label: {en: "Lost, with contact", es: "Perdido, con contacto", ro: "Pierdut, cu contact", ru: "Потеряно, с контактом"}, unit: percent}
  - {name: lost_before_percent, label: {en: "Lost the month before, with contact", es: "Perdido el mes anterior, con contacto", ro: "Pierdut luna precedentă, cu contact", ru: "Потеряно месяцем ранее, с контактом"}, unit: percent}
  - {name: comparable_lost_percent, label: {en: "Lost, without contact", es: "Perdido, sin contacto", ro: "Pierdut, fără contact", ru: "Потеряно, без контакта"}, unit: percent}
  - {name: comparable_lost_before_percent, label: {en: "Lost the month before, without contact", es: "Perdido el mes anterior, sin contacto", ro: "Pierdut luna precedentă, fără contact", ru: "Потеряно месяцем ранее, без контакта"}, unit: percent}
numerator_unit: money
excluded:
  not_paying: {en: "It did not pay at the start, and the team was not in contact", es: "No pagaba al inicio y no hubo contacto", ro: "Nu plătea la început și nu a fost contactat", ru: "В начале не платил, и команда не связывалась"}
examples:
  - text: "of 2 customers in contact with the team none leaves, of 2 others one does: half of 200 a month saved, for 12 months = 1200; the team cost 400"
    value: 200
    facts: [{fact: subscriptions, times: 2, at: 2026-01-10, account: "e#", subscription_id: "e#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, times: 2, at: 2026-01-10, account: "o#", subscription_id: "o#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: o1, subscription_id: o1, status: canceled, amount: "100", currency: EUR, interval: month}, {fact: interactions, times: 2, account: "e#", kind: call}, {fact: costs, kind: cs_team, amount: "400", currency: EUR}]
*/
with sized as (
  select i, from_ts, to_ts, floor(cast(extract(epoch from (to_ts - from_ts)) as double precision) / 86400) as days from {points}
),
counted as (select i, from_ts, to_ts, days, greatest(1, round(cast(days / 30 as decimal(18,6)))) as slices from sized),
slices as (
  select c.i, n.k, c.from_ts + cast(floor(n.k * c.days / c.slices) as integer) * interval '1 day' as from_ts,
         case when n.k = c.slices - 1 then c.to_ts else c.from_ts + cast(floor((n.k + 1) * c.days / c.slices) as integer) * interval '1 day' end as to_ts
  from counted c
  join (select a.k + 10 * b.k + 100 * d.k as k from {digits} a cross join {digits} b cross join {digits} d) n on n.k < c.slices
),
worth as (
  select p.i, p.k, s.account, max(case when r.rate is null then s.currency end) as missing_rate,
         cast(sum(case when s.from_ts < p.from_ts - (p.to_ts - p.from_ts) and (s.until_ts is null or s.until_ts >= p.from_ts - (p.to_ts - p.from_ts)) then cast(round(s.monthly * r.rate) as decimal(38,0)) else 0 end) as double precision) as before,
         cast(sum(case when s.from_ts < p.from_ts and (s.until_ts is null or s.until_ts >= p.from_ts) then cast(round(s.monthly * r.rate) as decimal(38,0)) else 0 end) as double precision) as opening,
         cast(sum(case when s.until_ts is null or s.until_ts >= p.to_ts then cast(round(s.monthly * r.rate) as decimal(38,0)) else 0 end) as double precision) as closing
  from slices p
  join {recurring_spans} s on s.monthly > 0 and s.from_ts < p.to_ts and (s.until_ts is null or s.until_ts >= p.from_ts - (p.to_ts - p.from_ts))
  left join {rates} r on r.i = p.i and r.currency = s.currency
  group by p.i, p.k, s.account
),
touches as (
  select p.i, p.k, x.account, count(*) as n
  from slices p
  join {interactions} x on x.ts >= p.from_ts and x.ts < p.to_ts
  where x.account <> 0 and {policy.touch_kinds(x.kind)}
  group by p.i, p.k, x.account
),
spent as (
  select p.i, cast(sum(cast(round(c.amount * 1000000 * r.rate) as decimal(38,0))) as double precision) as cost,
         max(case when r.rate is null then c.currency || ' ' || cast(c.day as varchar) end) as missing_rate
  from {points} p
  join {costs} c on c.ts >= p.from_ts and c.ts < p.to_ts
  left join {fx_spans} r on r.currency = c.currency and c.ts >= r.from_ts and c.ts < r.until_ts
  where c.kind = 'cs_team'
  group by p.i
),
brought as (
  select p.i, p.k, f.account, max(case when r.rate is null then f.currency || ' ' || cast(f.day as varchar) end) as missing_rate,
         cast(sum(case when f.ts < p.from_ts then cast(round(f.value * 1000000 * r.rate) as decimal(38,0)) else 0 end) as double precision) as before,
         cast(sum(case when f.ts >= p.from_ts then cast(round(f.value * 1000000 * r.rate) as decimal(38,0)) else 0 end) as double precision) as since
  from slices p
  join {referrals} f on f.ts >= p.from_ts - (p.to_ts - p.from_ts) and f.ts < p.to_ts
  left join {fx_spans} r on r.currency = f.currency and f.ts >= r.from_ts and f.ts < r.until_ts
  where f.value > 0 and coalesce(lower(f.status), '') not in ('invited', 'sent', 'pending', 'open', 'new', 'lost', 'rejected', 'declined', 'expired')
  group by p.i, p.k, f.account
),
everyone as (
  select i, k, account from worth union select i, k, account from touches
  union select s.i, 0, 0 from spent s where s.i not in (select i from touches)
)
select e.i, e.account, e.k as slice, case when t.n > 0 then 1 else 0 end as engaged, dense_rank() over (partition by e.i order by coalesce(pl.value, '') collate "C") as stratum,
       coalesce(w.before, 0) as before, coalesce(w.opening, 0) as opening, coalesce(w.closing, 0) as closing,
       coalesce(b.before, 0) as referred_before, coalesce(b.since, 0) as referred,
       coalesce(s.cost, 0) * case when e.account = 0 then 1 else coalesce(1.0 * t.n / sum(t.n) over (partition by e.i), 0) end as cost, {policy.roi_months} as months,
       coalesce(w.missing_rate, b.missing_rate, s.missing_rate) as missing_rate,
       case when e.account <> 0 and coalesce(w.opening, 0) = 0 and t.n is null then 'not_paying' end as excluded
from everyone e
left join worth w on w.i = e.i and w.k = e.k and w.account = e.account
left join touches t on t.i = e.i and t.k = e.k and t.account = e.account
left join brought b on b.i = e.i and b.k = e.k and b.account = e.account
left join spent s on s.i = e.i
left join {trait.plan} pl on pl.i = e.i and pl.account = e.account
