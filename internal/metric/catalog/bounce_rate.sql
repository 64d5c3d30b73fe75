/*
id: bounce_rate
family: web
label:
  en: "Bounce rate"
  es: "Tasa de rebote"
  ro: "Rata de respingere"
  ru: "Показатель отказов"
about:
  en: "Share of sessions with a single page view and nothing else."
  es: "Porcentaje de sesiones con una sola vista de página y nada más."
  ro: "Ponderea sesiunilor cu o singură pagină văzută și nimic altceva."
  ru: "Доля сессий с единственным просмотром страницы и без других действий."
formula: "sessions with one page view and no event / sessions * 100"
unit: percent
better: lower
type: ratio
facts: [pages, events]
numerator: "sum(bounced)"
denominator: "count(*)"
scale: 100
interval: wilson
bands:
  - {label: usual, from: 20, to: 55, source: "S3"}
people: true
*/
select p.i, s.account, s.person, s.began, s.views,
       case when s.views = 1 and s.events = 0 then 1 else 0 end as bounced
from {points} p
join {sessions(pages)} s on s.views > 0 and s.began >= p.from_ts and s.began < p.to_ts
