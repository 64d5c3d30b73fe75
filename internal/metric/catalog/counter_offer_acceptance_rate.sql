/*
id: counter_offer_acceptance_rate
family: customers
label:
  en: "Counter-offers accepted"
  es: "Contraofertas aceptadas"
  ro: "Contraoferte acceptate"
  ru: "Принятые встречные предложения"
about:
  en: "Of the counter-offers made to leaving customers in the period, the share that was accepted: what the account did next, of the two, was to accept. By the reason to leave."
  es: "De las contraofertas hechas en el período a clientes que se iban, el porcentaje aceptado: lo siguiente que hizo la cuenta, de las dos cosas, fue aceptar. Por motivo de salida."
  ro: "Dintre contraofertele făcute în perioadă clienților care plecau, ponderea celor acceptate: următorul lucru făcut de cont, din cele două, a fost acceptarea. După motivul plecării."
  ru: "Доля принятых из встречных предложений, сделанных в периоде уходящим клиентам: следующим из двух событий аккаунта было принятие. По причине ухода."
formula:
  en: "counter-offers accepted / counter-offers made * 100"
  es: "contraofertas aceptadas / contraofertas hechas * 100"
  ro: "contraoferte acceptate / contraoferte făcute * 100"
  ru: "принятые предложения / сделанные предложения * 100"
unit: percent
better: higher
type: ratio
facts: [events]
key: [id]
numerator: "sum(accepted)"
denominator: "count(*)"
scale: 100
interval: wilson
dimensions: [reason]
detail:
  - {name: made, label: {en: "Made", es: "Hechas", ro: "Făcute", ru: "Сделано"}, unit: count, sql: "count(*)"}
  - {name: accepted, label: {en: "Accepted", es: "Aceptadas", ro: "Acceptate", ru: "Принято"}, unit: count, sql: "sum(accepted)"}
tables:
  - name: reasons
    label: {en: "Reasons", es: "Motivos", ro: "Motive", ru: "Причины"}
    sql: "select {group} reason, count(*) as made, cast(sum(accepted) as bigint) as accepted from {rows} group by {group} reason order by {group} made desc, reason nulls last"
examples:
  - text: "4 offers made to leaving customers, one accepted"
    value: 25
    facts: [{fact: events, times: 4, at: 2026-05-10, name: "Counter Offer Made", account: "c#"}, {fact: events, at: 2026-05-11, name: "Counter Offer Accepted", account: c1}]
*/
select p.i, o.account, o.id, o.ts, o.reason, o.accepted
from {points} p
join {counter_offers} o on o.ts >= p.from_ts and o.ts < p.to_ts
