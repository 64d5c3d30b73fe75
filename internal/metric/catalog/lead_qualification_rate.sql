/*
id: lead_qualification_rate
family: web
label:
  en: "Lead qualification"
  es: "Calificación de leads"
  ro: "Calificarea lead-urilor"
  ru: "Квалификация лидов"
about:
  en: "Of the leads created in the period, the share that was ever qualified or got further, also after the period."
  es: "De los leads creados en el período, el porcentaje que se calificó alguna vez o llegó más lejos, también después."
  ro: "Dintre lead-urile create în perioadă, ponderea celor calificate vreodată sau ajunse mai departe, și după perioadă."
  ru: "Из лидов, созданных за период, доля когда-либо квалифицированных или прошедших дальше, в том числе после периода."
formula:
  en: "leads ever qualified / leads created * 100"
  es: "leads calificados alguna vez / leads creados * 100"
  ro: "lead-uri calificate vreodată / lead-uri create * 100"
  ru: "когда-либо квалифицированные лиды / созданные лиды * 100"
unit: percent
better: higher
type: ratio
facts: [leads]
numerator: "sum(qualified)"
denominator: "count(*)"
scale: 100
interval: wilson
key: [lead_id]
dimensions: [fit, source, campaign]
examples:
  - text: "20 leads, 8 of them qualified"
    value: 40
    facts: [{fact: leads, times: 20, lead_id: "l#", status: new}, {fact: leads, times: 8, at: 2026-05-20, lead_id: "l#", status: qualified}]
*/
select p.i, l.account, l.lead_id, l.created_at, l.fit, l.source, l.campaign, l.qualified, l.won
from {points} p
join {lead_lives} l on l.created_at >= p.from_ts and l.created_at < p.to_ts
