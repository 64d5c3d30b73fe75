/*
id: conversion_rate
family: web
label:
  en: "Conversion rate"
  es: "Tasa de conversión"
  ro: "Rata de conversie"
  ru: "Конверсия"
about:
  en: "Share of sessions that reached a goal, or of visitors that did so in the period, in whatever session or place. A goal is an event or a page; without goals there is no value."
  es: "Porcentaje de sesiones que alcanzaron un objetivo, o de visitantes que lo hicieron en el período, en cualquier sesión o lugar. Un objetivo es un evento o una página; sin objetivos no hay valor."
  ro: "Ponderea sesiunilor care au atins un obiectiv sau a vizitatorilor care au făcut-o în perioadă, în orice sesiune sau loc. Un obiectiv este un eveniment sau o pagină; fără obiective nu există valoare."
  ru: "Доля сессий, достигших цели, или посетителей, достигших её за период в любой сессии или месте. Цель — событие или страница; без целей значения нет."
formula:
  en: "sessions that reached a goal / sessions * 100"
  es: "sesiones que alcanzaron un objetivo / sesiones * 100"
  ro: "sesiuni care au atins un obiectiv / sesiuni * 100"
  ru: "сессии, достигшие цели / сессии * 100"
unit: percent
better: higher
type: ratio
facts: [pages, events]
numerator: "sum(converted)"
denominator: "count(*)"
scale: 100
interval: wilson
key: [visitor, began]
variants:
  - id: sessions
    label: {en: "Sessions", es: "Sesiones", ro: "Sesiuni", ru: "Сессии"}
  - id: visitors
    label: {en: "Visitors", es: "Visitantes", ro: "Vizitatori", ru: "Посетители"}
    formula: {en: "visitors that reached a goal / visitors * 100", es: "visitantes que alcanzaron un objetivo / visitantes * 100", ro: "vizitatori care au atins un obiectiv / vizitatori * 100", ru: "посетители, достигшие цели / посетители * 100"}
    numerator: "count(distinct case when converted = 1 then person end)"
    denominator: "count(distinct person)"
    n: "count(distinct person)"
    key: [person]
people: true
examples:
  - text: "20 sessions, in 3 of them somebody signed up"
    value: 15
    facts: [{fact: pages, times: 20, at: "2026-05-10T10:00:00Z", anonymous_id: "v#", path: "/"}, {fact: events, times: 3, at: "2026-05-10T10:05:00Z", name: "Signed Up", anonymous_id: "v#"}]
*/
select s.i, s.account, s.person, s.visitor, s.began, case when g.visitor is null then 0 else 1 end as converted
from {during(site_visits)} s
left join {visit_goals} g on g.visitor = s.visitor and g.began = s.began
where exists (select 1 from {list.goals})
-- variant visitors
select v.i, v.account, v.person, max(case when g.person is null then 0 else 1 end) as converted
from (select distinct i, account, person from {during(pages)} where person <> 0) v
left join (select distinct p.i, g.person from {points} p join {goal_facts} g on g.ts >= p.from_ts and g.ts < p.to_ts) g on g.i = v.i and g.person = v.person
where exists (select 1 from {list.goals})
group by v.i, v.account, v.person
