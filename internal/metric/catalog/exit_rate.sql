/*
id: exit_rate
family: web
label:
  en: "Exit rate"
  es: "Tasa de salida"
  ro: "Rata de ieșire"
  ru: "Показатель выходов"
about:
  en: "Of the views of a page, the share that were the last of their session. Over all pages it is sessions per page view; the table has every page with its exits and its entries, the sessions that began with it."
  es: "De las vistas de una página, el porcentaje que fueron las últimas de su sesión. Sobre todas las páginas son sesiones por vista; la tabla tiene cada página con sus salidas y entradas, las sesiones que empezaron con ella."
  ro: "Dintre vizualizările unei pagini, ponderea celor care au fost ultimele din sesiunea lor. Pe toate paginile înseamnă sesiuni pe vizualizare; tabelul are fiecare pagină cu ieșirile și intrările ei, sesiunile care au început cu ea."
  ru: "Доля просмотров страницы, ставших последними в сессии. По всем страницам это сессии на просмотр; в таблице — каждая страница с выходами и входами, то есть сессиями, начавшимися с неё."
formula:
  en: "views that ended their session / views * 100"
  es: "vistas que terminaron su sesión / vistas * 100"
  ro: "vizualizări care și-au încheiat sesiunea / vizualizări * 100"
  ru: "просмотры, завершившие сессию / просмотры * 100"
unit: percent
better: lower
type: ratio
facts: [pages, events]
numerator: "sum(is_exit)"
denominator: "count(*)"
scale: 100
interval: wilson
key: [id]
dimensions: [path]
detail:
  - {name: entries, label: {en: "Entries", es: "Entradas", ro: "Intrări", ru: "Входы"}, unit: count, sql: "sum(is_entry)"}
tables:
  - name: pages
    label: {en: "Pages", es: "Páginas", ro: "Pagini", ru: "Страницы"}
    units: {exit_rate: percent}
    sql: "select * from (select {group} path, count(*) as views, cast(sum(is_exit) as bigint) as exits, 100.0 * sum(is_exit) / count(*) as exit_rate, cast(sum(is_entry) as bigint) as entries, row_number() over (partition by {group} 1 order by count(*) desc, path) as place from {rows} group by {group} path) s where place <= 100 order by {group} place"
summed:
  numerator: "sum(exits)"
  denominator: "sum(visited)"
  n: "sum(visited)"
  dimensions: [path]
  detail: {entries: "sum(entries)"}
  tables:
    pages: "select * from (select {group} path, cast(sum(visited) as bigint) as views, cast(sum(exits) as bigint) as exits, 100.0 * sum(exits) / sum(visited) as exit_rate, cast(sum(entries) as bigint) as entries, row_number() over (partition by {group} 1 order by sum(visited) desc, path) as place from {rows} group by {group} path) s where place <= 100 order by {group} place"
people: true
examples:
  - text: "a session of 3 views and one of a single view: 2 last views / 4"
    value: 50
    facts: [{fact: pages, at: "2026-05-10T10:00:00Z", anonymous_id: v1, path: "/"}, {fact: pages, at: "2026-05-10T10:01:00Z", anonymous_id: v1, path: "/a"}, {fact: pages, at: "2026-05-10T10:02:00Z", anonymous_id: v1, path: "/b"}, {fact: pages, at: "2026-05-10T10:00:00Z", anonymous_id: v2, path: "/"}]
*/
select v.i, v.account, v.person, v.id, v.ts, v.path, case when x.seq is null then 0 else 1 end as is_exit, case when e.seq is null then 0 else 1 end as is_entry
from {during(pages)} v
left join {last_views} x on x.seq = v.seq
left join {first_views} e on e.seq = v.seq
where v.visitor <> 0
-- summed
select p.i, d.path, d.visited, d.exits, d.entries
from {point_days} p
join {page_days} d on d.day = p.day
where d.visited <> 0
