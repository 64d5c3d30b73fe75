/*
id: funnel
family: product
label:
  en: "Funnel"
  es: "Embudo"
  ro: "Pâlnie"
  ru: "Воронка"
about:
  en: "Of the people (or accounts) that took the first step in the period, the share that took all steps in their order within the days allowed, also after the period's end. A step is an event by its name or a page by its path; of several tries the one that got furthest counts, and of those the latest. Without steps there is no value."
  es: "De las personas (o cuentas) que dieron el primer paso en el período, el porcentaje que dio todos los pasos en orden dentro del plazo, también tras el final del período. Un paso es un evento por su nombre o una página por su ruta; de varios intentos cuenta el que llegó más lejos y, entre ellos, el último. Sin pasos no hay valor."
  ro: "Dintre oamenii (sau conturile) care au făcut primul pas în perioadă, ponderea celor care au făcut toți pașii în ordine, la timp, chiar și după sfârșitul perioadei. Un pas este un eveniment după nume sau o pagină după cale; din mai multe încercări se numără cea care a ajuns cel mai departe, iar dintre ele ultima. Fără pași nu există valoare."
  ru: "Из людей (или аккаунтов), сделавших первый шаг в периоде, доля прошедших все шаги по порядку в отведённые дни, в том числе после конца периода. Шаг — событие по имени или страница по пути; из нескольких попыток считается самая дальняя, из них последняя. Без шагов значения нет."
formula:
  en: "took all steps in order and in time / took the first step * 100"
  es: "dieron todos los pasos en orden y a tiempo / dieron el primer paso * 100"
  ro: "au făcut toți pașii în ordine și la timp / au făcut primul pas * 100"
  ru: "прошли все шаги по порядку и в срок / сделали первый шаг * 100"
unit: percent
better: higher
type: ratio
facts: [events, pages]
numerator: "sum(arrived)"
denominator: "sum(is_first)"
scale: 100
n: "sum(is_first)"
interval: wilson
key: [person]
tables:
  - name: steps
    label: {en: "Steps", es: "Pasos", ro: "Pași", ru: "Шаги"}
    units: {share: percent, from_previous: percent, median_seconds: seconds}
    sql: "select {group} n, step, reached, median_seconds, 100.0 * reached / nullif(first_value(reached) over (partition by {group} is_one order by n), 0) as share, 100.0 * reached / nullif(lag(reached, 1, reached) over (partition by {group} is_one order by n), 0) as from_previous, lag(reached, 1, reached) over (partition by {group} is_one order by n) - reached as dropped from (select {group} n, step, 1 as is_one, count(ts) as reached, percentile_cont(0.5) within group (order by cast(extract(epoch from ts - since) as double precision)) as median_seconds from {rows} group by {group} n, step) s order by {group} n"
variants:
  - id: users
    label: {en: "People", es: "Personas", ro: "Oameni", ru: "Люди"}
  - id: accounts
    label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}
    key: [account]
    tables:
      - name: steps
        label: {en: "Steps", es: "Pasos", ro: "Pași", ru: "Шаги"}
        units: {share: percent, from_previous: percent, median_seconds: seconds}
        sql: "select {group} n, step, reached, median_seconds, 100.0 * reached / nullif(first_value(reached) over (partition by {group} is_one order by n), 0) as share, 100.0 * reached / nullif(lag(reached, 1, reached) over (partition by {group} is_one order by n), 0) as from_previous, lag(reached, 1, reached) over (partition by {group} is_one order by n) - reached as dropped from (select {group} n, step, 1 as is_one, count(ts) as reached, percentile_cont(0.5) within group (order by cast(extract(epoch from ts - since) as double precision)) as median_seconds from {rows} group by {group} n, step) s order by {group} n"
people: true
examples:
  - text: "10 signed up, 6 invited somebody, 3 paid"
    value: 30
    set: {funnel_steps: "Signed Up, Invited, Paid"}
    facts: [{fact: events, times: 10, at: 2026-05-10, name: "Signed Up", user: "u#"}, {fact: events, times: 6, at: 2026-05-11, name: Invited, user: "u#"}, {fact: events, times: 3, at: 2026-05-12, name: Paid, user: "u#"}]
*/
select f.i, f.account, f.unit as person, f.unit, f.n, f.step, f.ts, f.since, case when f.n = 1 then 1 else 0 end as is_first,
       case when f.ts is not null and f.n = max(f.n) over () then 1 else 0 end as arrived
from {funnel_reach(person)} f
-- variant accounts
select f.i, f.account, 0 as person, f.unit, f.n, f.step, f.ts, f.since, case when f.n = 1 then 1 else 0 end as is_first,
       case when f.ts is not null and f.n = max(f.n) over () then 1 else 0 end as arrived
from {funnel_reach(account)} f
