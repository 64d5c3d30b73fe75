/*
id: average_order_value
family: money
label:
  en: "Average order value"
  es: "Valor medio del pedido"
  ro: "Valoarea medie a comenzii"
  ru: "Средний чек"
about:
  en: "Amount of the orders of the period, each at the rate of its day, divided by their number. Rows with one order id are one order. What was given back (a negative amount) lowers the amount and is no order."
  es: "Importe de los pedidos del período, cada uno al tipo de su día, entre su número. Las filas con un mismo id son un pedido. Lo devuelto (importe negativo) baja el importe y no es un pedido."
  ro: "Suma comenzilor din perioadă, fiecare la cursul zilei sale, împărțită la numărul lor. Rândurile cu același id sunt o comandă. Ce s-a returnat (sumă negativă) scade suma și nu e comandă."
  ru: "Сумма заказов периода, каждый по курсу своего дня, делённая на их число. Строки с одним id — один заказ. Возврат (отрицательная сумма) уменьшает сумму и заказом не считается."
formula:
  en: "amount of the orders / orders"
  es: "importe de los pedidos / pedidos"
  ro: "suma comenzilor / comenzi"
  ru: "сумма заказов / заказы"
unit: money
better: higher
type: ratio
facts: [orders]
key: [order_key]
numerator: "sum(amount)"
denominator: "count(distinct case when is_order = 1 then order_key end)"
n: "count(distinct case when is_order = 1 then order_key end)"
dimensions: [product, channel]
people: true
examples:
  - text: "orders of 20, 30 and 70"
    value: 40
    facts: [{fact: orders, account: a, order_id: o20, amount: "20", currency: EUR}, {fact: orders, account: a, order_id: o30, amount: "30", currency: EUR}, {fact: orders, account: a, order_id: o70, amount: "70", currency: EUR}]
*/
select i, account, person, order_key, is_order, product, channel, amount, missing_rate from {order_amounts}
