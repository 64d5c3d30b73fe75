/*
id: cac_payback_months
family: money
label:
  en: "CAC payback"
  es: "Recuperación del CAC"
  ro: "Recuperarea CAC"
  ru: "Окупаемость CAC"
about:
  en: "How many months of margin of a new customer its acquisition costs: the cost of winning customers in the period, divided by the recurring value a month of the new ones times the gross margin that the workspace states."
  es: "Cuántos meses de margen de un cliente nuevo cuesta ganarlo: el coste de ganar clientes en el período entre el valor recurrente al mes de los nuevos por el margen bruto que indique el espacio."
  ro: "Câte luni de marjă ale unui client nou costă atragerea lui: costul atragerii în perioadă împărțit la valoarea recurentă pe lună a celor noi ori marja brută dată de spațiul de lucru."
  ru: "Сколько месяцев маржи нового клиента стоит его привлечение: затраты на привлечение в периоде, делённые на месячную регулярную выручку новых, умноженную на заданную валовую маржу."
formula:
  en: "acquisition cost / (MRR of new customers * gross margin)"
  es: "coste de adquisición / (MRR de clientes nuevos * margen bruto)"
  ro: "cost de achiziție / (MRR al clienților noi * marja brută)"
  ru: "затраты на привлечение / (MRR новых клиентов * валовая маржа)"
unit: months
better: lower
type: ratio
facts: [costs, subscriptions, contracts]
key: [account]
numerator: "sum(cost)"
numerator_unit: money
denominator: "sum(margin)"
denominator_unit: money
n: "count(distinct case when margin > 0 then account end)"
examples:
  - text: "1000 spent; 5 new customers pay 50 a month each: 1000 / 250"
    value: 4
    facts: [{fact: costs, kind: acquisition, amount: "1000", currency: EUR}, {fact: subscriptions, times: 5, at: 2026-05-12, account: "n#", subscription_id: "n#", status: active, amount: "50", currency: EUR, interval: month}]
*/
select i, account, amount as cost, 0 as margin, missing_rate from {cost_amounts} where {policy.acquisition_costs(kind)}
union all
select i, account, 0, cast(round(1.0 * new_value * {policy.gross_margin} / 100) as decimal(38,0)), missing_rate from {movements} where new_value <> 0 or missing_rate is not null
