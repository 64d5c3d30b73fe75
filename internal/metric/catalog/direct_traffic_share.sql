/*
id: direct_traffic_share
family: web
label:
  en: "Direct traffic"
  es: "Tráfico directo"
  ro: "Trafic direct"
  ru: "Прямой трафик"
about:
  en: "Share of sessions that came from nowhere known: the first page view has no campaign, and no referrer but the site itself."
  es: "Porcentaje de sesiones sin origen conocido: la primera página vista no tiene campaña ni referente distinto del propio sitio."
  ro: "Ponderea sesiunilor fără origine cunoscută: prima pagină văzută nu are campanie și nici referință în afara site-ului însuși."
  ru: "Доля сессий без известного источника: у первого просмотра нет кампании и нет источника перехода, кроме самого сайта."
formula:
  en: "sessions without referrer and campaign / sessions * 100"
  es: "sesiones sin referente ni campaña / sesiones * 100"
  ro: "sesiuni fără referință și campanie / sesiuni * 100"
  ru: "сессии без источника перехода и кампании / сессии * 100"
unit: percent
better: neither
type: ratio
facts: [pages, events]
numerator: "sum(direct)"
denominator: "count(*)"
scale: 100
interval: wilson
key: [visitor, began]
dimensions: [referrer, utm_source, utm_medium, utm_campaign, path]
tables:
  - name: sources
    label: {en: "Where sessions come from", es: "De dónde vienen las sesiones", ro: "De unde vin sesiunile", ru: "Откуда приходят сессии"}
    units: {share: percent}
    sql: "select * from (select {group} source, count(*) as sessions, 100.0 * count(*) / sum(count(*)) over (partition by {group} 1) as share, row_number() over (partition by {group} 1 order by count(*) desc, source) as place from (select {group} case when direct = 1 then 'direct' else coalesce(utm_source, referrer, utm_medium, utm_campaign) end as source from {rows}) s group by {group} source) s where place <= 50 order by {group} place"
summed: {numerator: "sum(direct)", denominator: "sum(entries)", n: "sum(entries)", dimensions: [path]}
people: true
examples:
  - text: "5 sessions, 3 of them from a search engine"
    value: 40
    facts: [{fact: pages, times: 2, at: "2026-05-10T10:00:00Z", anonymous_id: "v#", path: "/"}, {fact: pages, times: 3, at: "2026-05-10T10:00:00Z", anonymous_id: "s#", path: "/", referrer: "https://www.example-search.com/"}]
*/
select i, account, person, visitor, began, path, utm_source, utm_medium, utm_campaign, referrer,
       case when referrer is null and utm_source is null and utm_medium is null and utm_campaign is null then 1 else 0 end as direct
from (
  select i, account, person, visitor, began, path, utm_source, utm_medium, utm_campaign, case when referrer_host <> '' and referrer_host <> site_host then referrer_host end as referrer
  from (
    select v.*, coalesce(nullif(split_part(v.referrer, '/', 3), ''), v.referrer, '') as referrer_host, coalesce(split_part(v.url, '/', 3), '') as site_host
    from {during(first_views)} v
  ) hosts
) s
-- summed
select p.i, d.path, d.entries, d.direct
from {point_days} p
join {page_days} d on d.day = p.day
where d.entries <> 0
