/*
id: cart_abandonment_rate
family: web
label:
  en: "Cart abandonment"
  es: "Abandono del carrito"
  ro: "Abandonarea coșului"
  ru: "Брошенные корзины"
about:
  en: "Of the carts (or checkouts) begun in the period, the share not ordered within the hours allowed. A cart begins with the first product added, and the next one after an order or after those hours, or under another cart_id. Carts that still have time are not counted yet."
  es: "De los carritos (o pagos) iniciados en el período, el porcentaje sin pedido en las horas permitidas. Un carrito empieza con el primer producto añadido, y el siguiente tras un pedido o tras esas horas, o con otro cart_id. Los carritos a los que aún les queda tiempo no se cuentan."
  ro: "Dintre coșurile (sau plățile) începute în perioadă, ponderea celor necomandate în orele prevăzute. Un coș începe cu primul produs adăugat, iar următorul după o comandă sau după acele ore, ori sub alt cart_id. Coșurile care mai au timp nu se numără încă."
  ru: "Из начатых за период корзин (или оформлений) доля тех, что не заказаны за отведённые часы. Корзина начинается с первого добавленного товара, следующая — после заказа, по истечении этих часов или с другим cart_id. Корзины, у которых ещё есть время, пока не считаются."
formula:
  en: "carts not ordered in time / carts begun * 100"
  es: "carritos sin pedido a tiempo / carritos iniciados * 100"
  ro: "coșuri necomandate la timp / coșuri începute * 100"
  ru: "корзины без заказа в срок / начатые корзины * 100"
unit: percent
better: lower
type: ratio
facts: [events, orders]
numerator: "sum(abandoned)"
denominator: "count(*)"
scale: 100
interval: wilson
key: [id]
excluded:
  not_over: {en: "can still be ordered in time", es: "aún puede pedirse a tiempo", ro: "mai poate fi comandat la timp", ru: "ещё может быть заказано вовремя"}
variants:
  - id: carts
    label: {en: "Carts", es: "Carritos", ro: "Coșuri", ru: "Корзины"}
    where: "kind = 'cart'"
  - id: checkouts
    label: {en: "Checkouts", es: "Pagos", ro: "Plăți", ru: "Оформления"}
    formula: {en: "checkouts not ordered in time / checkouts begun * 100", es: "pagos sin pedido a tiempo / pagos iniciados * 100", ro: "plăți necomandate la timp / plăți începute * 100", ru: "оформления без заказа в срок / начатые оформления * 100"}
    where: "kind = 'checkout'"
people: true
examples:
  - text: "10 carts, 3 ordered within the hour"
    value: 70
    facts: [{fact: events, times: 10, at: "2026-05-10T10:00:00Z", name: "Product Added", user: "u#"}, {fact: events, times: 3, at: "2026-05-10T10:30:00Z", name: "Order Completed", user: "u#"}]
*/
select c.i, c.account, c.person, c.id, c.ts, c.kind,
       case when exists (select 1 from {completed_orders} o where o.person = c.person and o.ts >= c.ts and o.ts <= c.ts + interval '1 hour' * {policy.cart_hours}) then 0 else 1 end as abandoned,
       case when c.ts + interval '1 hour' * {policy.cart_hours} > {now} then 'not_over' end as excluded
from (
  select p.i, b.account, b.person, b.id, b.ts, b.kind
  from {points} p
  join (
    select account, person, id, ts, 'cart' as kind from {begun_carts(cart_events)}
    union all
    select account, person, id, ts, 'checkout' from {begun_carts(checkout_events)}
  ) b on b.ts >= p.from_ts and b.ts < p.to_ts
) c
