/*
id: win_back_rate
family: customers
label:
  en: "Win-back rate"
  es: "Tasa de recuperación"
  ro: "Rata de recâștigare"
  ru: "Доля возвращённых"
about:
  en: "Of the customers lost in the period, the share that paid again within the months that the workspace gives. For those lost lately the months are not over: they are counted as not back yet, and shown beside."
  es: "De los clientes perdidos en el período, el porcentaje que volvió a pagar en los meses que fija el espacio. Para los perdidos hace poco los meses no han pasado: cuentan como no recuperados aún y se muestran aparte."
  ro: "Dintre clienții pierduți în perioadă, ponderea celor care au plătit din nou în lunile date de spațiul de lucru. Pentru cei pierduți de curând lunile nu au trecut: contează ca nereveniți încă și apar alături."
  ru: "Доля клиентов, ушедших в периоде, которые снова заплатили за заданное число месяцев. Для ушедших недавно срок не вышел: они считаются ещё не вернувшимися и показаны рядом."
formula:
  en: "lost customers that came back within N months / lost customers * 100"
  es: "clientes perdidos que volvieron en N meses / clientes perdidos * 100"
  ro: "clienți pierduți care au revenit în N luni / clienți pierduți * 100"
  ru: "ушедшие, вернувшиеся за N месяцев / ушедшие * 100"
unit: percent
better: higher
type: ratio
facts: [subscriptions, contracts, orders]
key: [account]
numerator: "sum(won_back)"
denominator: "count(*)"
scale: 100
interval: wilson
dimensions: [kind, reason]
detail:
  - {name: won_back, label: {en: "Won back", es: "Recuperados", ro: "Recâștigați", ru: "Возвращённые"}, unit: count, sql: "sum(won_back)"}
  - {name: waiting, label: {en: "Months not over", es: "Plazo no vencido", ro: "Luni neîncheiate", ru: "Срок не вышел"}, unit: count, sql: "sum(waiting)"}
bands:
  - {label: reachable, from: 25, source: "S2"}
examples:
  - text: "4 customers lost in May, one of them back in June"
    value: 25
    facts: [{fact: subscriptions, times: 4, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, times: 4, at: 2026-05-10, account: "c#", subscription_id: "c#", status: canceled, amount: "100", currency: EUR, interval: month}, {fact: subscriptions, at: 2026-06-10, account: c1, subscription_id: c1, status: active, amount: "100", currency: EUR, interval: month}]
*/
select i, account, kind, reason, left_ts,
       case when next_from <= left_ts + {policy.win_back_months} * interval '1 month' then 1 else 0 end as won_back,
       case when next_from is null and left_ts + {policy.win_back_months} * interval '1 month' > {now} then 1 else 0 end as waiting
from {customer_moves}
where lost = 1
