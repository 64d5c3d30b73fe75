/*
id: customer_churn_rate
family: customers
label:
  en: "Customer churn"
  es: "Tasa de abandono de clientes"
  ro: "Rata de pierdere a clienților (churn)"
  ru: "Отток клиентов"
about:
  en: "Of the customers that paid at the start, the share that no longer pays at the end."
  es: "De los clientes que pagaban al inicio, el porcentaje que ya no paga al final."
  ro: "Dintre clienții care plăteau la început, ponderea celor care nu mai plătesc la sfârșit."
  ru: "Доля клиентов, плативших в начале, которые не платят в конце."
formula: "customers paying at the start and not at the end / customers at the start * 100"
unit: percent
better: lower
type: ratio
facts: [subscriptions, contracts]
key: [account]
numerator: "sum(lost)"
denominator: "count(*)"
scale: 100
interval: wilson
detail:
  - {name: lost, unit: count, sql: "sum(lost)"}
  - {name: voluntary, unit: count, sql: "sum(case when kind = 'voluntary' then 1 else 0 end)"}
  - {name: involuntary, unit: count, sql: "sum(case when kind = 'involuntary' then 1 else 0 end)"}
variants:
  - id: all
    label: {en: "All reasons", es: "Todos los motivos", ro: "Toate motivele", ru: "Все причины"}
  - id: voluntary
    label: {en: "Voluntary", es: "Voluntario", ro: "Voluntar", ru: "Добровольный"}
    formula: "customers that canceled on purpose / customers at the start * 100"
    numerator: "sum(case when kind = 'voluntary' then 1 else 0 end)"
  - id: involuntary
    label: {en: "Involuntary (payment failed)", es: "Involuntario (pago fallido)", ro: "Involuntar (plată eșuată)", ru: "Недобровольный (сбой оплаты)"}
    formula: "customers lost to failed payment / customers at the start * 100"
    numerator: "sum(case when kind = 'involuntary' then 1 else 0 end)"
bands:
  - {label: healthy, from: 2, to: 8, source: "S3"}
  - {label: healthy, to: 5, source: "S2"}
*/
select b.i, b.account, b.was_customer,
       case when b.was_customer = 1 and b.is_customer = 0 then 1 else 0 end as lost,
       case when b.was_customer = 1 and b.is_customer = 0 then c.cancel_kind end as kind
from {paying} b
left join (
  select distinct on (p.i, s.account) p.i, s.account, s.cancel_kind
  from {points} p
  join {subscriptions} s on s.ts < p.to_ts and s.cancel_kind is not null
    and ((s.status = 'canceled' and s.ts >= p.from_ts) or (s.ended_at >= p.from_ts and s.ended_at < p.to_ts))
  order by p.i, s.account, s.ts desc, s.seq desc
) c on c.i = b.i and c.account = b.account
where b.was_customer = 1
