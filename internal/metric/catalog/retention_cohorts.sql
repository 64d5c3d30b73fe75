/*
id: retention_cohorts
family: product
label:
  en: "Retention by cohort"
  es: "Retención por cohorte"
  ro: "Retenție pe cohorte"
  ru: "Удержание по когортам"
about:
  en: "People by the day, week or month in which they were first active, and the share of them active again in each following one. The value is the share of all cohorts in the first following one; a period that is not over is marked and does not count in it."
  es: "Personas según el día, semana o mes en que estuvieron activas por primera vez, y qué parte volvió a estarlo en cada uno de los siguientes. El valor es la parte de todas las cohortes en el primero siguiente; un período sin terminar se marca y no cuenta."
  ro: "Oameni după ziua, săptămâna sau luna în care au fost activi prima oară și ce parte a fost iar activă în fiecare dintre următoarele. Valoarea este partea din toate cohortele în prima următoare; o perioadă neîncheiată este marcată și nu se numără."
  ru: "Люди по дню, неделе или месяцу первой активности и доля снова активных в каждом следующем. Значение — доля по всем когортам в первом следующем; незавершённый период помечен и в значение не входит."
formula:
  en: "people of the cohorts active again in the following period / people of the cohorts * 100"
  es: "personas de las cohortes activas de nuevo en el período siguiente / personas de las cohortes * 100"
  ro: "oamenii cohortelor activi din nou în perioada următoare / oamenii cohortelor * 100"
  ru: "люди когорт, активные снова в следующем периоде / люди когорт * 100"
unit: percent
better: higher
type: ratio
facts: [events]
numerator: "sum(case when nth = offset_n and seen and is_over then 1 else 0 end)"
denominator: "sum(case when nth = offset_n and is_over then 1 else 0 end)"
scale: 100
n: "sum(case when nth = offset_n and is_over then 1 else 0 end)"
interval: wilson
key: [person]
dimensions: [cohort]
finest: day
detail:
  - {name: people, label: {en: "People of the cohorts", es: "Personas de las cohortes", ro: "Oamenii cohortelor", ru: "Людей в когортах"}, unit: count, sql: "sum(case when nth = 0 then 1 else 0 end)"}
tables:
  - name: cohorts
    label: {en: "Cohorts", es: "Cohortes", ro: "Cohorte", ru: "Когорты"}
    units: {share: percent}
    sql: "select {group} cohort, nth, count(*) as size, cast(sum(case when seen then 1 else 0 end) as bigint) as active, 100.0 * sum(case when seen then 1 else 0 end) / count(*) as share, max(case when is_over then 0 else 1 end) = 1 as partial from {rows} where latest <= 150 and begun group by {group} cohort, nth order by {group} cohort, nth"
people: true
examples:
  - text: "4 people came first in the week of 4 May, one of them came in the next one too"
    value: 25
    facts: [{fact: events, times: 4, at: 2026-05-05, name: Opened, user: "u#"}, {fact: events, at: 2026-05-12, name: Opened, user: u1}]
*/
select r.i, r.account, r.person, r.cohort, r.latest, o.n as nth, {policy.cohort_offset} as offset_n,
       case {policy.retention_count} when 'unbounded' then o.n <= r.last_nth else o.n = 0 or a.nth is not null end as seen,
       case {policy.cohort_grain} when 'day' then r.cohort + o.n when 'week' then r.cohort + 7 * o.n
            else cast(r.cohort + interval '1 month' * o.n as date) end <= {now_day} as begun,
       case {policy.cohort_grain} when 'day' then r.cohort + o.n + 1 when 'week' then r.cohort + 7 * (o.n + 1)
            else cast(r.cohort + interval '1 month' * (o.n + 1) as date) end <= {now_day} as is_over
from (
  select p.i, n.account, n.person, n.cohort, n.last_nth, dense_rank() over (partition by p.i order by n.cohort desc) as latest
  from {points} p
  join (
    select n.person, n.account, n.day, case {policy.cohort_grain} when 'day' then n.day when 'week' then cast(date_trunc('week', n.day) as date) else cast(date_trunc('month', n.day) as date) end as cohort, l.last_nth
    from {newcomers} n
    join (select person, max(nth) as last_nth from {returning} group by person) l on l.person = n.person
  ) n on n.day >= p.from_day and n.day < p.to_day
) r
cross join {numbers} o
left join {returning} a on a.person = r.person and a.nth = o.n
where o.n <= greatest({policy.cohort_periods}, {policy.cohort_offset})
