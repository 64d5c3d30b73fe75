/*
id: pages_per_session
family: web
label:
  en: "Pages per session"
  es: "Páginas por sesión"
  ro: "Pagini pe sesiune"
  ru: "Страниц за сессию"
about:
  en: "How many pages a visitor views before a pause ends the session."
  es: "Cuántas páginas ve un visitante antes de que una pausa termine la sesión."
  ro: "Câte pagini vede un vizitator până când o pauză încheie sesiunea."
  ru: "Сколько страниц посетитель смотрит, пока пауза не завершит сессию."
formula:
  en: "page views / sessions"
  es: "vistas de página / sesiones"
  ro: "pagini văzute / sesiuni"
  ru: "просмотры страниц / сессии"
unit: number
better: higher
type: ratio
facts: [pages, events]
numerator: "sum(views)"
denominator: "count(*)"
sample: "views"
interval: mean
range: [1]
key: [visitor, began]
bands:
  - {label: good, from: 1.7, to: 4, source: "S3"}
people: true
person_for: breakdown
examples:
  - text: "a session of 3 views and one of a single view: 4 / 2"
    value: 2
    facts: [{fact: pages, at: "2026-05-10T10:00:00Z", anonymous_id: v1, path: "/"}, {fact: pages, at: "2026-05-10T10:01:00Z", anonymous_id: v1, path: "/a"}, {fact: pages, at: "2026-05-10T10:02:00Z", anonymous_id: v1, path: "/b"}, {fact: pages, at: "2026-05-10T10:00:00Z", anonymous_id: v2, path: "/"}]
*/
select s.i, s.account, s.person, s.visitor, s.began, s.views
from {during(site_visits)} s
