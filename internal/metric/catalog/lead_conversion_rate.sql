/*
id: lead_conversion_rate
family: web
label:
  en: "Lead conversion"
  es: "Conversión de leads"
  ro: "Conversia lead-urilor"
  ru: "Конверсия лидов"
about:
  en: "Of the leads created in the period, the share that was ever won, also after the period."
  es: "De los leads creados en el período, el porcentaje que se ganó alguna vez, también después."
  ro: "Dintre lead-urile create în perioadă, ponderea celor câștigate vreodată, și după perioadă."
  ru: "Из лидов, созданных за период, доля когда-либо выигранных, в том числе после периода."
formula:
  en: "leads ever won / leads created * 100"
  es: "leads ganados alguna vez / leads creados * 100"
  ro: "lead-uri câștigate vreodată / lead-uri create * 100"
  ru: "когда-либо выигранные лиды / созданные лиды * 100"
unit: percent
better: higher
type: ratio
facts: [leads]
numerator: "sum(won)"
denominator: "count(*)"
scale: 100
interval: wilson
key: [lead_id]
dimensions: [fit, source, campaign]
examples:
  - text: "20 leads, 2 of them won later"
    value: 10
    facts: [{fact: leads, times: 20, lead_id: "l#", status: new}, {fact: leads, times: 2, at: 2026-06-20, lead_id: "l#", status: won}]
*/
select p.i, l.account, l.lead_id, l.created_at, l.fit, l.source, l.campaign, l.qualified, l.won
from {points} p
join {lead_lives} l on l.created_at >= p.from_ts and l.created_at < p.to_ts
