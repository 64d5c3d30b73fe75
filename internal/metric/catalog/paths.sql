/*
id: paths
family: product
label:
  en: "Paths"
  es: "Recorridos"
  ro: "Parcursuri"
  ru: "Пути"
about:
  en: "What people do next (or before): of the sessions that come past the start, the most frequent steps that follow it, depth by depth, as edges from step to step. Repeats of one step in a row are one. The value is how many sessions came past the start."
  es: "Qué hacen después (o antes) las personas: de las sesiones que pasan por el punto, los pasos más frecuentes que lo siguen, nivel a nivel, como aristas de paso a paso. Repeticiones seguidas de un paso son una. El valor es cuántas sesiones pasaron por el punto."
  ro: "Ce fac oamenii apoi (sau înainte): dintre sesiunile care trec prin punct, cei mai frecvenți pași care urmează, nivel cu nivel, ca muchii de la pas la pas. Repetările la rând ale unui pas sunt una. Valoarea este câte sesiuni au trecut prin punct."
  ru: "Что люди делают дальше (или до того): из сессий, прошедших через точку, самые частые следующие шаги, уровень за уровнем, как рёбра от шага к шагу. Повторы шага подряд считаются одним. Значение — сколько сессий прошло через точку."
formula:
  en: "sessions that came past the start"
  es: "sesiones que pasaron por el punto"
  ro: "sesiuni care au trecut prin punct"
  ru: "сессии, прошедшие через точку"
unit: count
better: neither
type: activity
facts: [events, pages]
numerator: "sum(is_start)"
n: "sum(is_start)"
key: [person, session]
tables:
  - name: edges
    label: {en: "Steps from step to step", es: "Pasos de paso a paso", ro: "Pași de la pas la pas", ru: "Переходы"}
    units: {share: percent}
    sql: "select * from (select {group} depth, source, target, count(*) as paths, count(distinct person) as people, 100.0 * count(*) / sum(count(*)) over (partition by {group} depth) as share, row_number() over (partition by {group} depth order by count(*) desc, source, target) as place from {rows} where depth > 0 group by {group} depth, source, target) e where place <= {policy.path_edges} order by {group} depth, place"
people: true
examples:
  - text: "5 sessions, 3 of which came past the prices"
    value: 3
    set: {path_of: "pages", path_start: "/pricing"}
    facts: [{fact: pages, times: 5, at: "2026-05-10T10:00:00Z", anonymous_id: "v#", path: "/"}, {fact: pages, times: 3, at: "2026-05-10T10:01:00Z", anonymous_id: "v#", path: "/pricing"}]
*/
select p.i, s.account, s.person, s.session, s.depth, s.source, s.target, case when s.depth = 0 then 1 else 0 end as is_start
from {points} p
join (
  select person, session, account, start_ts, abs(pos - start_pos) as depth, name as target,
         case when pos <> start_pos then case when {policy.path_direction} = 'before' then after_name else before_name end end as source
  from (
    select person, session, account, name, pos, before_name, after_name,
           case when {policy.path_direction} = 'before' then max(starts_at) over whole else min(starts_at) over whole end as start_pos,
           case when {policy.path_direction} = 'before' then max(starts_ts) over whole else min(starts_ts) over whole end as start_ts
    from (select *, case when {policy.path_start(name)} then pos end as starts_at, case when {policy.path_start(name)} then ts end as starts_ts from {path_steps}) placed
    window whole as (partition by person, session)
  ) started
  where start_pos is not null and case when {policy.path_direction} = 'before' then pos <= start_pos else pos >= start_pos end
) s on s.start_ts >= p.from_ts and s.start_ts < p.to_ts and s.depth <= {policy.path_depth}
