/*
id: new_visitor_share
family: web
label:
  en: "New visitors, share"
  es: "Visitantes nuevos, porcentaje"
  ro: "Vizitatori noi, pondere"
  ru: "Доля новых посетителей"
about:
  en: "Of the visitors of the period, the share whose first page view ever lies in it."
  es: "De los visitantes del período, el porcentaje cuya primera página vista de todas está en él."
  ro: "Dintre vizitatorii perioadei, ponderea celor a căror primă pagină văzută vreodată este în ea."
  ru: "Из посетителей периода доля тех, чей самый первый просмотр приходится на него."
formula:
  en: "new visitors / visitors * 100"
  es: "visitantes nuevos / visitantes * 100"
  ro: "vizitatori noi / vizitatori * 100"
  ru: "новые посетители / посетители * 100"
unit: percent
better: neither
type: ratio
facts: [pages]
numerator: "count(distinct case when is_new then person end)"
denominator: "count(distinct person)"
scale: 100
n: "count(distinct person)"
interval: wilson
key: [person]
dimensions: [path, utm_source, utm_medium, utm_campaign]
bands:
  - {label: good, from: 10, source: "S3"}
people: true
examples:
  - text: "10 visitors in May, 3 of them were here in April"
    value: 70
    facts: [{fact: pages, times: 10, at: "2026-05-10T10:00:00Z", anonymous_id: "v#", path: "/"}, {fact: pages, times: 3, at: 2026-04-10, anonymous_id: "v#", path: "/"}]
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
