/*
id: referral_rate
family: customers
label:
  en: "Referral rate"
  es: "Tasa de recomendación"
  ro: "Rata de recomandare"
  ru: "Доля рекомендующих"
about:
  en: "Accounts that referred somebody in the period per paying customers at its end."
  es: "Cuentas que recomendaron a alguien en el período por clientes de pago al final."
  ro: "Conturi care au recomandat pe cineva în perioadă la clienți plătitori la sfârșitul ei."
  ru: "Аккаунты, кого-то порекомендовавшие в периоде, к платящим клиентам в конце."
formula:
  en: "accounts that referred / paying customers * 100"
  es: "cuentas que recomendaron / clientes de pago * 100"
  ro: "conturi care au recomandat / clienți plătitori * 100"
  ru: "рекомендовавшие аккаунты / платящие клиенты * 100"
unit: percent
better: higher
type: ratio
facts: [referrals, subscriptions, contracts, orders]
key: [account]
numerator: "sum(referred)"
denominator: "sum(is_customer)"
scale: 100
n: "sum(is_customer)"
detail:
  - {name: referring, label: {en: "Accounts that referred", es: "Cuentas que recomendaron", ro: "Conturi care au recomandat", ru: "Рекомендовали"}, unit: count, sql: "sum(referred)"}
  - {name: referrals, label: {en: "Referrals", es: "Recomendaciones", ro: "Recomandări", ru: "Рекомендации"}, unit: count, sql: "sum(referrals)"}
examples:
  - text: "10 customers, 2 of them referred somebody"
    value: 20
    facts: [{fact: subscriptions, times: 10, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: referrals, times: 2, account: "c#", referred_account_id: "f#", status: open}]
*/
select i, account, max(is_customer) as is_customer, max(referred) as referred, cast(sum(referrals) as bigint) as referrals
from (
  select i, account, is_customer, 0 as referred, 0 as referrals from {paying} where is_customer = 1
  union all
  select p.i, r.account, 0, 1, count(*) from {points} p join {referrals} r on r.ts >= p.from_ts and r.ts < p.to_ts group by p.i, r.account
) accounts
group by i, account
