/*
id: unique_visitors
family: web
label:
  en: "Unique visitors"
  es: "Visitantes únicos"
  ro: "Vizitatori unici"
  ru: "Уникальные посетители"
about:
  en: "Visitors of the period, each counted once; a visitor who turned out to be a known person is that person, whatever the device."
  es: "Visitantes del período, contados una vez; quien resulta ser una persona conocida es esa persona, sea cual sea el dispositivo."
  ro: "Vizitatorii perioadei, fiecare numărat o singură dată; cel care s-a dovedit a fi o persoană cunoscută este acea persoană, indiferent de dispozitiv."
  ru: "Посетители за период, каждый один раз; посетитель, оказавшийся известным человеком, — это он, с какого бы устройства ни зашёл."
formula:
  en: "distinct visitors"
  es: "visitantes distintos"
  ro: "vizitatori distincți"
  ru: "число разных посетителей"
unit: count
better: higher
type: activity
facts: [pages]
numerator: "count(distinct person)"
n: "count(distinct person)"
key: [person]
dimensions: [path, utm_source, utm_medium, utm_campaign]
detail:
  - {name: new_visitors, label: {en: "New visitors", es: "Visitantes nuevos", ro: "Vizitatori noi", ru: "Новые посетители"}, unit: count, sql: "count(distinct case when is_new then person end)"}
  - {name: new_visitor_share, label: {en: "Share of new visitors", es: "Porcentaje de visitantes nuevos", ro: "Ponderea vizitatorilor noi", ru: "Доля новых посетителей"}, unit: percent, sql: "100.0 * count(distinct case when is_new then person end) / nullif(count(distinct person), 0)"}
people: true
examples:
  - text: "3 visitors; one comes again the next day"
    value: 3
    facts: [{fact: pages, times: 3, at: "2026-05-10T10:00:00Z", anonymous_id: "v#", path: "/"}, {fact: pages, at: 2026-05-11, anonymous_id: v1, path: "/"}]
*/
select v.i, v.account, v.person, v.path, v.utm_source, v.utm_medium, v.utm_campaign, f.first_seen >= v.from_ts as is_new
from {during(pages)} v
join {first_seen} f on f.person = v.person
where v.person <> 0
-- summed
select p.i, v.person, f.first_seen >= p.from_ts as is_new
from {point_days} p
join {visitor_days} v on v.day = p.day
join {first_seen} f on f.person = v.person
