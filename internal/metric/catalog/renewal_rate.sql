/*
id: renewal_rate
family: customers
label:
  en: "Renewal rate"
  es: "Tasa de renovación"
  ro: "Rata de reînnoire"
  ru: "Доля продлений"
about:
  en: "Of the contracts whose end falls in the period, the share that was renewed, also for less or late. By value, what was kept counts: a contract renewed for less a month counts for that part, and growth does not count. A contract that is still open and ends later than now is not counted yet."
  es: "De los contratos que terminan en el período, el porcentaje renovado, también por menos o tarde. Por valor cuenta lo conservado: un contrato renovado por menos al mes cuenta por esa parte, y el crecimiento no cuenta. Uno abierto que termina más adelante aún no cuenta."
  ro: "Dintre contractele care se încheie în perioadă, ponderea celor reînnoite, și cu mai puțin sau mai târziu. După valoare contează ce s-a păstrat: un contract reînnoit cu mai puțin pe lună contează cu acea parte, iar creșterea nu contează. Unul deschis care se încheie mai târziu nu se numără încă."
  ru: "Доля договоров, кончающихся в периоде, которые продлены, в том числе на меньшую сумму или позже. По стоимости считается сохранённое: договор, продлённый дешевле в месяц, считается этой частью, рост не считается. Открытый договор, который кончится позже, пока не считается."
formula:
  en: "contracts renewed / contracts that end in the period * 100"
  es: "contratos renovados / contratos que terminan en el período * 100"
  ro: "contracte reînnoite / contracte care se încheie în perioadă * 100"
  ru: "продлённые договоры / договоры, кончающиеся в периоде * 100"
unit: percent
better: higher
type: ratio
facts: [contracts]
key: [contract_id]
numerator: "sum(renewed)"
denominator: "count(*)"
scale: 100
interval: wilson
excluded:
  ahead: {en: "the day has not come yet", es: "el día aún no ha llegado", ro: "ziua nu a venit încă", ru: "день ещё не наступил"}
detail:
  - {name: renewed, label: {en: "Renewed", es: "Renovados", ro: "Reînnoite", ru: "Продлены"}, unit: count, sql: "sum(renewed)"}
  - {name: downgraded, label: {en: "Renewed for less", es: "Renovados por menos", ro: "Reînnoite cu mai puțin", ru: "Продлены дешевле"}, unit: count, sql: "sum(case when status = 'downgraded' then 1 else 0 end)"}
  - {name: lost, label: {en: "Lost", es: "Perdidos", ro: "Pierduți", ru: "Ушедшие"}, unit: count, sql: "sum(case when status = 'lost' then 1 else 0 end)"}
  - {name: undecided, label: {en: "Undecided", es: "Sin decidir", ro: "Nehotărâte", ru: "Не решено"}, unit: count, sql: "sum(case when renewed = 0 and status = 'open' then 1 else 0 end)"}
variants:
  - id: count
    label: {en: "By count", es: "Por número", ro: "După număr", ru: "По числу"}
  - id: value
    label: {en: "By value", es: "Por valor", ro: "După valoare", ru: "По стоимости"}
    formula: {en: "value kept / value of the contracts that end in the period * 100", es: "valor conservado / valor de los contratos que terminan en el período * 100", ro: "valoarea păstrată / valoarea contractelor care se încheie în perioadă * 100", ru: "сохранённая стоимость / стоимость договоров, кончающихся в периоде * 100"}
    numerator: "sum(kept)"
    numerator_unit: money
    denominator: "sum(value)"
    denominator_unit: money
    interval: none
bands:
  - {label: good, from: 80, to: 100, source: "S0"}
  - {label: excellent, from: 100, source: "S0"}
examples:
  - text: "5 contracts end in May, 4 of them are renewed"
    value: 80
    facts: [{fact: contracts, times: 4, at: 2026-05-10, account: "a#", contract_id: "k#", start: 2025-05-20, end: 2026-05-20, value: "1000", currency: EUR, status: renewed}, {fact: contracts, at: 2026-05-10, account: b, contract_id: k, start: 2025-05-20, end: 2026-05-20, value: "1000", currency: EUR, status: lost}]
*/
select p.i, c.account, c.contract_id, c.ends, c.status, c.renewed, cast(round(c.value * 1000000 * r.rate) as decimal(38,0)) as value,
       cast(round(c.kept * 1000000 * r.rate) as decimal(38,0)) as kept, case when r.rate is null then c.currency end as missing_rate,
       case when c.renewed = 0 and c.status = 'open' and c.ends >= {now} then 'ahead' end as excluded
from {points} p
join {contract_ends} c on c.ends >= p.from_ts and c.ends < p.to_ts
left join {rates} r on r.i = p.i and r.currency = c.currency
