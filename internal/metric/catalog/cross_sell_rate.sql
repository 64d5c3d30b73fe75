/*
id: cross_sell_rate
family: customers
label:
  en: "Cross-sell rate"
  es: "Tasa de venta cruzada"
  ro: "Rata de cross-sell"
  ru: "Доля перекрёстных продаж"
about:
  en: "Of the customers that paid at the start, the share that at the end pays for a product line it had never paid for before."
  es: "De los clientes que pagaban al inicio, el porcentaje que al final paga una línea de producto que nunca había pagado."
  ro: "Dintre clienții care plăteau la început, ponderea celor care la sfârșit plătesc o linie de produs pentru care nu mai plătiseră."
  ru: "Доля клиентов, плативших в начале, которые в конце платят за линейку продуктов, за которую раньше не платили никогда."
formula:
  en: "customers with a product line that is new to them / customers at the start * 100"
  es: "clientes con una línea de producto nueva para ellos / clientes al inicio * 100"
  ro: "clienți cu o linie de produs nouă pentru ei / clienți la început * 100"
  ru: "клиенты с новой для них линейкой / клиенты в начале * 100"
unit: percent
better: higher
type: ratio
facts: [subscriptions, contracts, orders]
key: [account]
numerator: "sum(crossed)"
denominator: "count(*)"
scale: 100
interval: wilson
examples:
  - text: "4 customers, one buys a second product"
    value: 25
    facts: [{fact: subscriptions, times: 4, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month, product_line: Core}, {fact: subscriptions, at: 2026-05-10, account: c1, subscription_id: second, status: active, amount: "30", currency: EUR, interval: month, product_line: Analytics}]
*/
select c.i, c.account, case when n.account is null then 0 else 1 end as crossed
from {paying} c
left join (
  select distinct i, account
  from (
    select p.i, s.account, s.product_line,
           max(case when s.from_ts < p.from_ts then 1 else 0 end) as had, max(case when s.until_ts is null or s.until_ts >= p.to_ts then 1 else 0 end) as has
    from {points} p
    join {recurring_spans} s on s.monthly > 0 and s.from_ts < p.to_ts
    group by p.i, s.account, s.product_line
  ) lines
  where had = 0 and has = 1 and product_line is not null
) n on n.i = c.i and n.account = c.account
where c.was_customer = 1
