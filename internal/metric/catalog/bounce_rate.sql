/*
id: bounce_rate
family: web
label:
  en: "Bounce rate"
  es: "Tasa de rebote"
  ro: "Rata de respingere"
  ru: "Показатель отказов"
about:
  en: "Share of sessions with a single page view and no event; other conventions are a policy. The variant not engaged counts sessions without a second view, without a goal, and looked at for too short."
  es: "Porcentaje de sesiones con una sola página vista y ningún evento; otras convenciones son una política. La variante sin interacción cuenta sesiones sin segunda vista, sin objetivo y demasiado breves."
  ro: "Ponderea sesiunilor cu o singură pagină văzută și niciun eveniment; alte convenții sunt o politică. Varianta fără implicare numără sesiunile fără a doua pagină, fără obiectiv și prea scurte."
  ru: "Доля сессий с единственным просмотром и без событий; другие соглашения — настройка. Вариант «без вовлечения» считает сессии без второго просмотра, без цели и слишком короткие."
formula:
  en: "sessions with one page view and no event / sessions * 100"
  es: "sesiones con una página vista y ningún evento / sesiones * 100"
  ro: "sesiuni cu o pagină văzută și niciun eveniment / sesiuni * 100"
  ru: "сессии с одним просмотром и без событий / сессии * 100"
unit: percent
better: lower
type: ratio
facts: [pages, events]
numerator: "sum(bounced)"
denominator: "count(*)"
scale: 100
interval: wilson
key: [visitor, began]
variants:
  - id: standard
    label: {en: "One page view, no event", es: "Una página vista, ningún evento", ro: "O pagină văzută, niciun eveniment", ru: "Один просмотр, без событий"}
  - id: engaged
    label: {en: "Not engaged", es: "Sin interacción", ro: "Fără implicare", ru: "Без вовлечения"}
    formula: {en: "sessions not engaged / sessions * 100", es: "sesiones sin interacción / sesiones * 100", ro: "sesiuni fără implicare / sesiuni * 100", ru: "сессии без вовлечения / сессии * 100"}
    no_bands: true
bands:
  - {label: usual, from: 20, to: 55, source: "S3"}
people: true
examples:
  - text: "4 sessions with one view each, but one views a second page and one clicks: 2 / 4"
    value: 50
    facts: [{fact: pages, times: 4, at: "2026-05-10T10:00:00Z", anonymous_id: "v#", path: "/"}, {fact: pages, at: "2026-05-10T10:01:00Z", anonymous_id: v1, path: "/pricing"}, {fact: events, at: "2026-05-10T10:01:00Z", name: Clicked, anonymous_id: v2}]
*/
select s.i, s.account, s.person, s.visitor, s.began, s.views, s.bounced
from {during(bounces)} s
-- variant engaged
select s.i, s.account, s.person, s.visitor, s.began, s.views, s.bounced
from {during(unengaged_visits)} s
