/*
id: page_views
family: web
label:
  en: "Page views"
  es: "Vistas de página"
  ro: "Vizualizări de pagină"
  ru: "Просмотры страниц"
about:
  en: "How many pages were viewed in the period."
  es: "Cuántas páginas se vieron en el período."
  ro: "Câte pagini au fost vizualizate în perioadă."
  ru: "Сколько страниц просмотрено за период."
formula:
  en: "count of page views"
  es: "número de vistas de página"
  ro: "numărul vizualizărilor de pagină"
  ru: "число просмотров страниц"
unit: count
better: higher
type: activity
adds: true
facts: [pages]
numerator: "count(*)"
key: [id]
dimensions: [path, utm_source, utm_medium, utm_campaign]
bands:
  - {label: small, from: 1000, to: 10000, source: "S3, a month"}
  - {label: large, from: 10000, source: "S3, a month"}
summed: {numerator: "sum(views)", n: "sum(views)", dimensions: [path]}
people: true
person_for: breakdown
examples:
  - text: "3 visitors view a page, one of them another one"
    value: 4
    facts: [{fact: pages, times: 3, at: "2026-05-10T10:00:00Z", anonymous_id: "v#", path: "/"}, {fact: pages, at: "2026-05-10T10:01:00Z", anonymous_id: v1, path: "/pricing"}]
*/
select v.i, v.account, v.person, v.id, v.ts, v.path, v.utm_source, v.utm_medium, v.utm_campaign
from {during(pages)} v
-- summed
select p.i, d.path, d.views
from {point_days} p
join {page_days} d on d.day = p.day
where d.views <> 0
