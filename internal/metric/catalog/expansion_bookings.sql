/*
id: expansion_bookings
family: customers
label:
  en: "Expansion bookings"
  es: "Contratación por expansión"
  ro: "Contractări din extindere"
  ru: "Сумма расширений"
about:
  en: "What customers that paid at the start are worth more at the end, for a year: the expansion of MRR times 12."
  es: "Lo que valen de más al final, por un año, los clientes que pagaban al inicio: la expansión del MRR por 12."
  ro: "Cât valorează în plus la sfârșit, pe un an, clienții care plăteau la început: extinderea MRR ori 12."
  ru: "На сколько за год выросла к концу выручка клиентов, плативших в начале: расширение MRR, умноженное на 12."
formula:
  en: "expansion MRR * 12"
  es: "MRR de expansión * 12"
  ro: "MRR din extindere * 12"
  ru: "расширение MRR * 12"
unit: money
better: higher
type: activity
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(expansion) * 12"
n: "count(distinct account)"
dimensions: [product_line]
detail:
  - {name: monthly, label: {en: "A month", es: "Al mes", ro: "Pe lună", ru: "В месяц"}, unit: money, sql: "sum(expansion)"}
examples:
  - text: "a customer of 100 a month pays 150 now: 50 * 12"
    value: 600
    facts: [{fact: subscriptions, at: 2026-01-10, account: a, subscription_id: a, status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-05-10, account: a, subscription_id: a, status: active, amount: "150", currency: EUR, interval: month}]
*/
select i, account, product_line, expansion, missing_rate from {movements} where expansion <> 0 or missing_rate is not null
