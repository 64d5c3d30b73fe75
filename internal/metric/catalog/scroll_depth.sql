/*
id: scroll_depth
family: web
label:
  en: "Scroll depth"
  es: "Profundidad de desplazamiento"
  ro: "Adâncimea derulării"
  ru: "Глубина прокрутки"
about:
  en: "How far down visitors get: of every visit to a page the deepest point reached, averaged over visits. Views that report no depth are left out."
  es: "Hasta dónde bajan los visitantes: de cada visita a una página el punto más bajo alcanzado, en promedio. Las vistas sin profundidad informada se excluyen."
  ro: "Cât de jos ajung vizitatorii: la fiecare vizită a unei pagini cel mai de jos punct atins, în medie. Vizualizările fără adâncime raportată sunt lăsate deoparte."
  ru: "Как далеко прокручивают посетители: по каждому посещению страницы самая глубокая точка, в среднем. Просмотры без данных о глубине не учитываются."
formula:
  en: "sum of the deepest points / visits to pages"
  es: "suma de los puntos más bajos / visitas a páginas"
  ro: "suma punctelor celor mai de jos / vizite ale paginilor"
  ru: "сумма самых глубоких точек / посещения страниц"
unit: percent
better: higher
type: ratio
facts: [pages, events]
numerator: "sum(depth)"
numerator_unit: percent
denominator: "count(*)"
sample: "depth"
interval: mean
range: [0, 100]
key: [visitor, began, path]
dimensions: [path]
bands:
  - {label: good, from: 50, source: "S3"}
summed: {numerator: "cast(sum(depth) as double precision) / 1000", denominator: "sum(seen)", n: "sum(seen)", squares: "cast(sum(depth_squares) as double precision) / 1000000", dimensions: [path]}
people: true
examples:
  - text: "three visits down to 100, 50 and 30 %"
    value: 60
    facts: [{fact: pages, at: "2026-05-10T10:00:00Z", anonymous_id: v100, path: "/", scroll_depth: 100}, {fact: pages, at: "2026-05-10T10:00:00Z", anonymous_id: v50, path: "/", scroll_depth: 50}, {fact: pages, at: "2026-05-10T10:00:00Z", anonymous_id: v30, path: "/", scroll_depth: 30}]
*/
select v.i, v.account, v.person, v.visitor, v.began, v.path, v.depth
from {during(page_depths)} v
-- summed
select p.i, d.path, d.seen, d.depth, d.depth_squares
from {point_days} p
join {page_days} d on d.day = p.day
where d.seen <> 0
