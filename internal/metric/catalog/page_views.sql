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
formula: "count of page views"
unit: count
better: higher
type: activity
adds: true
facts: [pages]
key: [id]
numerator: "count(*)"
dimensions: [path, utm_source, utm_medium, utm_campaign]
bands:
  - {label: small, from: 1000, to: 10000, source: "S3, a month"}
  - {label: large, from: 10000, source: "S3, a month"}
people: true
*/
select p.i, v.account, v.person, v.id, v.ts, v.path, v.utm_source, v.utm_medium, v.utm_campaign
from {points} p
join {pages} v on v.ts >= p.from_ts and v.ts < p.to_ts
