/*
id: clv
family: money
label:
  en: "Customer lifetime value (CLV)"
  es: "Valor de vida del cliente (CLV)"
  ro: "Valoarea de viață a clientului (CLV)"
  ru: "Пожизненная ценность клиента (CLV)"
about:
  en: "What a customer is worth: average order times orders a year times the years it stays. A customer with recurring value counts with that for a year, beside its orders; others with their orders of the period brought to a year. The lifetime is that of all customers together, as measured (months paid so far by customers lost so far) or as the workspace sets it; before anybody is lost there is none. Historic margin: all billed so far less what serving and winning customers cost, per customer ever. Predicted: what present customers and buyers will bring over the months chosen, discounted; the detail lists the models with their parameters, or why one tells nothing. At most 2500 buyers, evenly taken, are fitted; the interval is what the parameters leave open."
  es: "Lo que vale un cliente: pedido medio por pedidos al año por los años que permanece. Un cliente con valor recurrente cuenta con el de un año, además de sus pedidos; los demás con sus pedidos del período llevados al año. La vida es la de todos los clientes juntos, medida (meses pagados hasta ahora entre clientes perdidos) o la que fije el espacio; antes de perder a alguien no la hay. Margen histórico: todo lo facturado hasta ahora menos el coste de atender y ganar clientes, por cliente que haya habido. Predicho: lo que traerán clientes y compradores actuales en los meses elegidos, descontado; el detalle lista los modelos con sus parámetros o por qué uno no dice nada. Se ajusta con un máximo de 2500 compradores, tomados por igual; el intervalo es lo que dejan abierto los parámetros."
  ro: "Cât valorează un client: comanda medie ori comenzi pe an ori anii cât rămâne. Un client cu valoare recurentă contează cu cea pe un an, pe lângă comenzi; ceilalți cu comenzile perioadei aduse la un an. Durata de viață e a tuturor clienților împreună, măsurată (luni plătite până acum la clienți pierduți) sau fixată de spațiul de lucru; înainte de prima pierdere nu există. Marja istorică: tot ce s-a facturat minus costul deservirii și al atragerii, pe client care a existat vreodată. Prezisă: ce vor aduce clienții și cumpărătorii prezenți în lunile alese, actualizat; detaliul arată modelele cu parametrii lor sau de ce unul nu spune nimic. Se folosesc cel mult 2500 de cumpărători, luați uniform; intervalul e ce lasă deschis parametrii."
  ru: "Сколько стоит клиент: средний заказ, умноженный на заказы в год и на годы с клиентом. Клиент с регулярной выручкой считается по ней за год, вместе с заказами; остальные — по заказам периода, приведённым к году. Срок жизни общий для всех клиентов: измеренный (оплаченные месяцы на ушедших клиентов) или заданный; пока никто не ушёл, его нет. Историческая маржа: всё выставленное минус затраты на обслуживание и привлечение, на каждого когда-либо бывшего клиента. Прогноз: что принесут нынешние клиенты и покупатели за выбранные месяцы, с дисконтированием; в подробностях — модели с параметрами или почему модель ничего не говорит. Берётся не более 2500 покупателей, равномерно; интервал — то, что оставляют открытым параметры."
formula:
  en: "average order * orders a year * lifetime in years"
  es: "pedido medio * pedidos al año * vida en años"
  ro: "comanda medie * comenzi pe an * durata de viață în ani"
  ru: "средний заказ * заказов в год * срок жизни в годах"
unit: money
better: higher
type: ratio
facts: [subscriptions, contracts, orders]
others: [subscriptions, contracts, orders]
key: [account]
numerator: "sum(worth)"
denominator: "count(*)"
finest: day
reach: 36500
detail:
  - {name: a_year, label: {en: "Value of all customers a year", es: "Valor de todos los clientes al año", ro: "Valoarea tuturor clienților pe an", ru: "Выручка со всех клиентов в год"}, unit: money, sql: "sum(a_year)"}
variants:
  - id: simple
    label: {en: "Order, frequency, lifetime", es: "Pedido, frecuencia, vida", ro: "Comandă, frecvență, durată", ru: "Заказ, частота, срок"}
  - id: retention
    label: {en: "Order, frequency, retention", es: "Pedido, frecuencia, retención", ro: "Comandă, frecvență, retenție", ru: "Заказ, частота, удержание"}
    formula: {en: "average order * orders a year * share of customers kept over the last year", es: "pedido medio * pedidos al año * porcentaje de clientes conservado en el último año", ro: "comanda medie * comenzi pe an * ponderea clienților păstrați în ultimul an", ru: "средний заказ * заказов в год * доля клиентов, удержанных за последний год"}
    detail:
      - {name: a_year, label: {en: "Value of all customers a year", es: "Valor de todos los clientes al año", ro: "Valoarea tuturor clienților pe an", ru: "Выручка со всех клиентов в год"}, unit: money, sql: "sum(a_year)"}
  - id: margin
    label: {en: "Historic margin", es: "Margen histórico", ro: "Marja istorică", ru: "Историческая маржа"}
    formula: {en: "(billed - cost of serving - cost of acquisition) / customers ever", es: "(facturado - coste de atender - coste de adquisición) / clientes que ha habido", ro: "(facturat - costul deservirii - costul atragerii) / clienți vreodată", ru: "(выставлено - затраты на обслуживание - затраты на привлечение) / все бывшие клиенты"}
    facts: [subscriptions, contracts, orders, invoices, costs]
    numerator: "sum(billed) - sum(cost)"
    denominator: "sum(buyer)"
    detail:
      - {name: billed, label: {en: "Billed", es: "Facturado", ro: "Facturat", ru: "Выставлено"}, unit: money, sql: "sum(billed)"}
      - {name: cost, label: {en: "Cost", es: "Coste", ro: "Cost", ru: "Затраты"}, unit: money, sql: "sum(cost)"}
  - id: predicted
    label: {en: "Predicted", es: "Predicho", ro: "Prezisă", ru: "Прогноз"}
    formula: {en: "money expected of all present customers and buyers from now on, discounted / customers and buyers; renewals by the shifted beta-geometric model, orders by BG/NBD with Gamma-Gamma", es: "dinero esperado de todos los clientes y compradores actuales desde ahora, descontado / clientes y compradores; renovaciones por el modelo beta-geométrico desplazado, pedidos por BG/NBD con Gamma-Gamma", ro: "banii așteptați de la toți clienții și cumpărătorii prezenți de acum înainte, actualizați / clienți și cumpărători; reînnoiri după modelul beta-geometric deplasat, comenzi după BG/NBD cu Gamma-Gamma", ru: "деньги, ожидаемые впредь от всех нынешних клиентов и покупателей, с дисконтированием / клиенты и покупатели; продления — по сдвинутой бета-геометрической модели, заказы — по BG/NBD с Gamma-Gamma"}
    denominator: none
    key: [account, person]
    reach: 36500
    type: distribution
    estimator: predicted_value
    observe: [account, person, cycle, age, lost, monthly, repeats, last, watched, value, months, discount]
    words:
      - {name: left_out, label: {en: "Covered by no model", es: "Sin modelo que los cubra", ro: "Neacoperiți de niciun model", ru: "Не охвачены моделями"}, unit: count}
      - {name: models, label: {en: "Models", es: "Modelos", ro: "Modele", ru: "Модели"}}
      - {name: model, label: {en: "model", es: "modelo", ro: "model", ru: "модель"}}
      - {name: sbg, label: {en: "renewals (sBG)", es: "renovaciones (sBG)", ro: "reînnoiri (sBG)", ru: "продления (sBG)"}}
      - {name: bgnbd, label: {en: "orders (BG/NBD, Gamma-Gamma)", es: "pedidos (BG/NBD, Gamma-Gamma)", ro: "comenzi (BG/NBD, Gamma-Gamma)", ru: "заказы (BG/NBD, Gamma-Gamma)"}}
      - {name: cycle_months, label: {en: "cycle", es: "ciclo", ro: "ciclu", ru: "цикл"}, unit: months}
      - {name: customers, label: {en: "customers", es: "clientes", ro: "clienți", ru: "клиенты"}, unit: count}
      - {name: fitted_to, label: {en: "fitted to", es: "ajustado a", ro: "ajustat pe", ru: "подогнано по"}, unit: count}
      - {name: valued, label: {en: "valued", es: "valorados", ro: "evaluați", ru: "оценено"}, unit: count}
      - {name: value, label: {en: "value", es: "valor", ro: "valoare", ru: "ценность"}, unit: money}
      - {name: v, label: {en: "v", es: "v", ro: "v", ru: "v"}, unit: money}
      - {name: lost, label: {en: "lost", es: "perdidos", ro: "pierduți", ru: "ушли"}, unit: count}
      - {name: reason, label: {en: "why there is no value", es: "por qué no hay valor", ro: "de ce nu există valoare", ru: "почему нет значения"}}
      - {name: too_few_customers, label: {en: "fewer than ten customers", es: "menos de diez clientes", ro: "mai puțin de zece clienți", ru: "меньше десяти клиентов"}}
      - {name: nobody_left, label: {en: "nobody has left yet", es: "nadie se ha ido aún", ro: "nu a plecat nimeni încă", ru: "никто ещё не ушёл"}}
      - {name: too_few_renewals, label: {en: "too few renewals to tell", es: "muy pocas renovaciones", ro: "prea puține reînnoiri", ru: "слишком мало продлений"}}
      - {name: nobody_bought_again, label: {en: "nobody has bought again", es: "nadie ha vuelto a comprar", ro: "nimeni nu a cumpărat din nou", ru: "никто не купил снова"}}
      - {name: too_few_repeats, label: {en: "too few repeated purchases with an amount", es: "muy pocas compras repetidas con importe", ro: "prea puține cumpărături repetate cu sumă", ru: "слишком мало повторных покупок с суммой"}}
      - {name: watched_too_briefly, label: {en: "watched too briefly", es: "observados muy poco tiempo", ro: "urmăriți prea puțin timp", ru: "слишком короткое наблюдение"}}
      - {name: no_finite_mean, label: {en: "what an order is worth varies too much for a mean", es: "el valor de un pedido varía demasiado para una media", ro: "valoarea unei comenzi variază prea mult pentru o medie", ru: "сумма заказа слишком разная для среднего"}}
      - {name: cycle, label: {en: "Cycle", es: "Ciclo", ro: "Ciclu", ru: "Цикл"}, unit: months}
      - {name: age, label: {en: "Customer for", es: "Cliente durante", ro: "Client timp de", ru: "Клиент в течение"}, unit: months}
      - {name: monthly, label: {en: "Pays a month", es: "Paga al mes", ro: "Plătește pe lună", ru: "Платит в месяц"}, unit: money}
      - {name: repeats, label: {en: "Bought again on days", es: "Compró de nuevo, días", ro: "A cumpărat din nou, zile", ru: "Покупал снова, дней"}, unit: count}
      - {name: last, label: {en: "First to last purchase", es: "De la primera a la última compra", ro: "De la prima la ultima cumpărătură", ru: "От первой до последней покупки"}, unit: days}
      - {name: watched, label: {en: "Since the first purchase", es: "Desde la primera compra", ro: "De la prima cumpărătură", ru: "С первой покупки"}, unit: days}
examples:
  - text: "20 an order, 12 orders a year, 3 years"
    value: 720
    from: 2025-06-01
    set: {lifetime_months: "36"}
    facts: [{fact: orders, times: 12, at: 2025-11-10, account: a, amount: "20", currency: EUR}]
  - text: "200 an order, 12 orders a year, 5 years"
    value: 12000
    from: 2025-06-01
    set: {lifetime_months: "60"}
    facts: [{fact: orders, times: 12, at: 2025-11-10, account: a, amount: "200", currency: EUR}]
*/
select i, account, cast(round(a_year * months / 12) as decimal(38,0)) as worth, a_year, missing_rate
from {customer_years}
where months is not null
-- variant retention
select i, account, cast(round(a_year * kept) as decimal(38,0)) as worth, a_year, missing_rate
from {customer_years}
where kept is not null
-- variant margin
select i, account, buyer, billed, cost, missing_rate from {customer_margins}
-- variant predicted
select l.i, l.account, 0 as person, greatest(1, round(cast(extract(epoch from l.cycle_end - l.from_ts) as double precision) / 86400 / 30.4375)) as cycle,
       (extract(year from l.last) - extract(year from l.from_ts)) * 12 + extract(month from l.last) - extract(month from l.from_ts)
         + (extract(day from l.last) - extract(day from l.from_ts) + (extract(epoch from l.last - date_trunc('day', l.last)) - extract(epoch from l.from_ts - date_trunc('day', l.from_ts))) / 86400) / 31 as age,
       case when l.until_ts < l.seen then 1 else 0 end as lost, case when l.pays = 1 then b.closing end as monthly,
       null as repeats, null as last, null as watched, null as value, {policy.prediction_months} as months, {policy.prediction_discount} as discount,
       case when l.pays = 1 then b.missing_rate end as missing_rate
from (
  select p.i, l.account, l.from_ts, l.until_ts, l.cycle_end, least(p.to_ts, {now}) as seen, least(l.until_ts, p.to_ts, {now}) as last,
         case when l.until_ts is null or l.until_ts >= p.to_ts then 1 else 0 end as pays
  from {points} p
  join {paid_lives} l on l.from_ts < least(p.to_ts, {now}) and l.cycle_end is not null
) l
left join (select i, account, closing, missing_rate from {customer_balances} where is_customer = 1) b on b.i = l.i and b.account = l.account
union all
select p.i, o.account, o.person, null, null, null, null, o.repeats, o.last_day - o.first_day, p.seen - o.first_day,
       case when o.repeats > 0 then cast(o.spent as double precision) / o.repeats end, {policy.prediction_months}, {policy.prediction_discount}, o.missing_rate
from (select i, least(to_day - 1, cast({now} as date)) as seen from {points}) p
join {bought} o on o.day <= p.seen and (o.next_day is null or o.next_day > p.seen)
