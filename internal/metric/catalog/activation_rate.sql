/*
id: activation_rate
family: product
label:
  en: "Activation rate"
  es: "Tasa de activación"
  ro: "Rata de activare"
  ru: "Доля активации"
about:
  en: "Of the users (or accounts) that began in the period, the share that completed all core tasks within the days allowed; with each task's completion and the drop-off from task to task. Without core tasks there is no value."
  es: "De los usuarios (o cuentas) que empezaron en el período, el porcentaje que completó todas las tareas clave en el plazo; con la realización de cada tarea y el abandono entre tareas. Sin tareas clave no hay valor."
  ro: "Dintre utilizatorii (sau conturile) care au început în perioadă, ponderea celor care au îndeplinit toate sarcinile de bază la timp; cu îndeplinirea fiecărei sarcini și pierderea între sarcini. Fără sarcini de bază nu există valoare."
  ru: "Из начавших в периоде пользователей (или аккаунтов) доля выполнивших все основные задачи в срок; с выполнением каждой задачи и потерями между ними. Без основных задач значения нет."
formula:
  en: "completed all core tasks in time / began * 100"
  es: "completaron todas las tareas a tiempo / empezaron * 100"
  ro: "au îndeplinit toate sarcinile la timp / au început * 100"
  ru: "выполнили все задачи в срок / начали * 100"
unit: percent
better: higher
type: ratio
facts: [events]
numerator: "sum(so_far * is_last)"
denominator: "sum(is_first)"
scale: 100
n: "sum(is_first)"
interval: wilson
key: [person]
tables:
  - name: tasks
    label: {en: "Core tasks", es: "Tareas clave", ro: "Sarcini de bază", ru: "Основные задачи"}
    units: {completion: percent, drop_off: percent}
    sql: "select *, 100.0 * done / nullif(started, 0) as completion, 100.0 - 100.0 * so_far / nullif(lag(so_far, 1, started) over (partition by {group} started order by n), 0) as drop_off from ( select {group} n, task, count(*) as started, cast(sum(case when done_at is not null then 1 else 0 end) as bigint) as done, cast(sum(so_far) as bigint) as so_far from {rows} group by {group} n, task) t order by {group} n"
variants:
  - id: users
    label: {en: "Users", es: "Usuarios", ro: "Utilizatori", ru: "Пользователи"}
  - id: accounts
    label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}
    facts: [events, accounts]
    key: [account]
    tables:
      - name: tasks
        label: {en: "Core tasks", es: "Tareas clave", ro: "Sarcini de bază", ru: "Основные задачи"}
        units: {completion: percent, drop_off: percent}
        sql: "select *, 100.0 * done / nullif(started, 0) as completion, 100.0 - 100.0 * so_far / nullif(lag(so_far, 1, started) over (partition by {group} started order by n), 0) as drop_off from ( select {group} n, task, count(*) as started, cast(sum(case when done_at is not null then 1 else 0 end) as bigint) as done, cast(sum(so_far) as bigint) as so_far from {rows} group by {group} n, task) t order by {group} n"
people: true
examples:
  - text: "10 signed up, 6 of them completed onboarding two days later"
    value: 60
    facts: [{fact: events, times: 10, at: 2026-05-10, name: "Signed Up", user: "u#"}, {fact: events, times: 6, at: 2026-05-12, name: "Onboarding Completed", user: "u#"}]
*/
select p.i, s.account, s.person, s.unit, l.n, l.name as task, d.done_at,
       min(case when d.done_at is not null then 1 else 0 end) over (partition by p.i, s.unit order by l.n) as so_far,
       case when l.n = 1 then 1 else 0 end as is_first, case when l.n = max(l.n) over () then 1 else 0 end as is_last
from {points} p
join {signups_of_people} s on s.began >= p.from_ts and s.began < p.to_ts
cross join {list.core_tasks} l
left join (
  select s.unit, e.name, min(e.ts) as done_at
  from {signups_of_people} s
  join {events} e on e.person = s.unit and e.ts >= s.began and e.ts < s.began + interval '1 day' * {policy.activation_days}
    and e.day >= {lo_day} and e.day <= {hi_day} + {policy.activation_days}
  where {policy.core_tasks(e.name)}
  group by s.unit, e.name
) d on d.unit = s.unit and d.name = l.name
-- variant accounts
select p.i, s.account, s.person, s.unit, l.n, l.name as task, d.done_at,
       min(case when d.done_at is not null then 1 else 0 end) over (partition by p.i, s.unit order by l.n) as so_far,
       case when l.n = 1 then 1 else 0 end as is_first, case when l.n = max(l.n) over () then 1 else 0 end as is_last
from {points} p
join {signups_of_accounts} s on s.began >= p.from_ts and s.began < p.to_ts
cross join {list.core_tasks} l
left join (
  select s.unit, e.name, min(e.ts) as done_at
  from {signups_of_accounts} s
  join {events} e on e.account = s.unit and e.ts >= s.began and e.ts < s.began + interval '1 day' * {policy.activation_days}
    and e.day >= {lo_day} and e.day <= {hi_day} + {policy.activation_days}
  where {policy.core_tasks(e.name)}
  group by s.unit, e.name
) d on d.unit = s.unit and d.name = l.name
