/*
id: purchase_frequency
family: money
label:
  en: "Purchase frequency"
  es: "Frecuencia de compra"
  ro: "Frecvența cumpărării"
  ru: "Частота покупок"
about:
  en: "Orders of the period per customer that ordered in it. A customer is an account, or a person where the order names no account. Rows with one order id are one order; what was given back is none."
  es: "Pedidos del período por cliente que pidió en él. Un cliente es una cuenta, o una persona si el pedido no nombra cuenta. Las filas con un mismo id son un pedido; lo devuelto no lo es."
  ro: "Comenzi din perioadă pe client care a comandat în ea. Un client e un cont sau o persoană unde comanda nu numește contul. Rândurile cu același id sunt o comandă; ce s-a returnat nu e."
  ru: "Заказы периода на одного заказавшего клиента. Клиент — аккаунт или человек, если аккаунт не назван. Строки с одним id — один заказ; возврат заказом не считается."
formula:
  en: "orders / customers that ordered"
  es: "pedidos / clientes que pidieron"
  ro: "comenzi / clienți care au comandat"
  ru: "заказы / заказавшие клиенты"
unit: number
better: higher
type: ratio
facts: [orders]
key: [buyer]
numerator: "count(distinct order_key)"
denominator: "count(distinct buyer)"
n: "count(distinct buyer)"
dimensions: [product, channel]
people: true
examples:
  - text: "3 customers with two orders each"
    value: 2
    facts: [{fact: orders, times: 3, account: "c#", order_id: "a#", amount: "20", currency: EUR}, {fact: orders, times: 3, account: "c#", order_id: "b#", amount: "20", currency: EUR}]
*/
select i, account, person, order_key, product, channel, case when account <> 0 then 'account ' || cast(account as varchar) else 'person ' || cast(person as varchar) end as buyer
from {order_amounts}
where is_order = 1
