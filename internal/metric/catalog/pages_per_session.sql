/*
id: pages_per_session
family: web
label:
  en: "Pages per session"
  es: "Páginas por sesión"
  ro: "Pagini pe sesiune"
  ru: "Страниц за сессию"
about:
  en: "How many pages a visitor views before a pause of 30 minutes."
  es: "Cuántas páginas ve un visitante antes de una pausa de 30 minutos."
  ro: "Câte pagini vede un vizitator până la o pauză de 30 de minute."
  ru: "Сколько страниц посетитель смотрит до паузы в 30 минут."
formula: "page views / sessions"
unit: number
better: higher
type: ratio
facts: [pages, events]
numerator: "sum(views)"
denominator: "count(*)"
sample: "views"
interval: mean
bands:
  - {label: good, from: 1.7, to: 4, source: "S3"}
people: true
*/
select p.i, s.account, s.person, s.began, s.views,
       case when s.views = 1 and s.events = 0 then 1 else 0 end as bounced
from {points} p
join {sessions(pages)} s on s.views > 0 and s.began >= p.from_ts and s.began < p.to_ts
