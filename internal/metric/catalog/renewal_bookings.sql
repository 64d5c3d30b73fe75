/*
id: renewal_bookings
family: customers
label:
  en: "Renewal bookings"
  es: "Contratación por renovaciones"
  ro: "Contractări din reînnoiri"
  ru: "Сумма продлений"
about:
  en: "The value of the contracts that follow those whose end falls in the period; where a renewed contract does not name the one that follows, its own value. Brought over at the rate of the day it ended."
  es: "El valor de los contratos que siguen a los que terminan en el período; si un contrato renovado no nombra al siguiente, su propio valor. Convertido al tipo del día en que terminó."
  ro: "Valoarea contractelor care le urmează celor ce se încheie în perioadă; unde un contract reînnoit nu îl numește pe următorul, valoarea sa. Convertită la cursul zilei încheierii."
  ru: "Стоимость договоров, следующих за теми, что кончаются в периоде; если продлённый договор не называет следующий — его собственная. По курсу дня окончания."
formula:
  en: "value of the contracts that renew others"
  es: "valor de los contratos que renuevan otros"
  ro: "valoarea contractelor care le reînnoiesc pe altele"
  ru: "стоимость договоров, продлевающих другие"
unit: money
better: higher
type: activity
adds: true
facts: [contracts]
key: [contract_id]
numerator: "sum(amount)"
examples:
  - text: "a contract that ends in May is followed by one of 1200"
    value: 1200
    facts: [{fact: contracts, at: 2026-05-10, account: a, contract_id: old, start: 2025-05-20, end: 2026-05-20, value: "1000", currency: EUR, status: renewed, renewed_to: new}, {fact: contracts, at: 2026-05-10, account: a, contract_id: new, start: 2026-05-20, end: 2027-05-20, value: "1200", currency: EUR, status: open}]
*/
select p.i, c.account, c.contract_id, c.ends, cast(round(c.next_value * 1000000 * r.rate) as decimal(38,0)) as amount,
       case when r.rate is null then c.next_currency || ' ' || cast(cast(c.ends as date) as varchar) end as missing_rate
from {points} p
join {contract_ends} c on c.ends >= p.from_ts and c.ends < p.to_ts and c.renewed = 1
left join {fx_spans} r on r.currency = c.next_currency and r.from_ts <= c.ends and c.ends < r.until_ts
