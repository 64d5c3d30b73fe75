/*
id: time_on_page
family: web
label:
  en: "Time on page"
  es: "Tiempo en la página"
  ro: "Timp pe pagină"
  ru: "Время на странице"
about:
  en: "Mean time a page is looked at: the engaged seconds its script reports, also on the last page of a session; without a report, the time until the visitor's next page view if that came before the pause that ends a session. A last page without a report is left out, not taken as 0."
  es: "Tiempo medio que se mira una página: los segundos activos que informa su script, también en la última página de la sesión; sin informe, el tiempo hasta la siguiente vista del visitante si llegó antes de la pausa que termina la sesión. Una última página sin informe se excluye, no cuenta como 0."
  ro: "Timpul mediu cât este privită o pagină: secundele active raportate de script, și pe ultima pagină a sesiunii; fără raport, timpul până la următoarea pagină a vizitatorului, dacă a venit înaintea pauzei care încheie sesiunea. O ultimă pagină fără raport este lăsată deoparte, nu socotită 0."
  ru: "Среднее время просмотра страницы: активные секунды, которые сообщает скрипт, в том числе на последней странице сессии; без них — время до следующего просмотра посетителя, если он был раньше паузы, завершающей сессию. Последняя страница без данных не учитывается, а не считается за 0."
formula:
  en: "seconds on the page / views with a known time"
  es: "segundos en la página / vistas con tiempo conocido"
  ro: "secunde pe pagină / vizualizări cu timp cunoscut"
  ru: "секунды на странице / просмотры с известным временем"
unit: seconds
better: higher
type: ratio
facts: [pages]
numerator: "sum(seconds)"
numerator_unit: seconds
denominator: "count(*)"
sample: "seconds"
interval: mean
range: [0]
key: [id]
dimensions: [path, utm_source, utm_medium, utm_campaign]
excluded:
  time_unknown: {en: "last page without engagement reported", es: "última página sin tiempo informado", ro: "ultima pagină, fără timp raportat", ru: "последняя страница без данных о времени"}
detail:
  - {name: median, label: {en: "Median", es: "Mediana", ro: "Mediana", ru: "Медиана"}, unit: seconds, sql: "percentile_cont(0.5) within group (order by seconds)"}
bands:
  - {label: good, from: 52, source: "S3"}
summed: {numerator: "cast(sum(engaged_ms) as double precision) / 1000", denominator: "sum(timed)", n: "sum(timed)", squares: "cast(sum(engaged_squares) as double precision) / 1000000", dimensions: [path]}
people: true
examples:
  - text: "40 and 60 seconds"
    value: 50
    facts: [{fact: pages, at: "2026-05-10T10:00:00Z", anonymous_id: v1, path: "/", engaged_seconds: 40}, {fact: pages, at: "2026-05-10T10:00:00Z", anonymous_id: v2, path: "/", engaged_seconds: 60}]
*/
select v.i, v.account, v.person, v.id, v.ts, v.path, v.utm_source, v.utm_medium, v.utm_campaign, v.seconds,
       case when v.seconds is null then 'time_unknown' end as excluded
from {during(timed_views)} v
-- summed
select p.i, d.path, d.timed, d.engaged_ms, d.engaged_squares
from {point_days} p
join {page_days} d on d.day = p.day
where d.timed <> 0
