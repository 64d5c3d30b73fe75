/*
id: referred_revenue
family: customers
label:
  en: "Referred revenue"
  es: "Ingresos por recomendación"
  ro: "Venit din recomandări"
  ru: "Выручка по рекомендациям"
about:
  en: "The value of the referrals of the period, in the states that count as won. What several facts say of one referral - the same account referring the same account or lead - counts once, as the last of them says. Brought over at the rate of its day."
  es: "El valor de las recomendaciones del período en los estados que cuentan como ganados. Lo que varios hechos dicen de una misma recomendación (misma cuenta y misma cuenta o lead recomendado) cuenta una vez, como dice el último. Convertido al tipo de su día."
  ro: "Valoarea recomandărilor din perioadă, în stările care contează drept câștigate. Ce spun mai multe fapte despre o recomandare - același cont, același cont sau lead recomandat - contează o dată, cum spune ultimul. Convertită la cursul zilei."
  ru: "Сумма рекомендаций периода в статусах, считающихся выигранными. Несколько фактов об одной рекомендации — тот же аккаунт рекомендует тот же аккаунт или лид — считаются один раз, по последнему. По курсу дня."
formula:
  en: "value of the referrals that were won"
  es: "valor de las recomendaciones ganadas"
  ro: "valoarea recomandărilor câștigate"
  ru: "сумма выигранных рекомендаций"
unit: money
better: higher
type: activity
adds: true
facts: [referrals]
key: [id]
numerator: "sum(amount)"
dimensions: [status]
excluded:
  not_won: {en: "not won", es: "no ganada", ro: "necâștigată", ru: "не выиграна"}
  no_value: {en: "no value given", es: "sin valor indicado", ro: "fără valoare", ru: "сумма не указана"}
examples:
  - text: "referrals that were won, of 100 and 250"
    value: 350
    facts: [{fact: referrals, account: a, referred_account_id: f1, status: won, value: "100", currency: EUR}, {fact: referrals, account: a, referred_account_id: f2, status: won, value: "250", currency: EUR}]
*/
select p.i, f.account, f.id, f.ts, f.status, cast(round(f.value * 1000000 * r.rate) as decimal(38,0)) as amount,
       case when r.rate is null and f.value is not null then f.currency || ' ' || cast(cast(f.ts as date) as varchar) end as missing_rate,
       case when not {policy.won_referrals(f.status)} then 'not_won' when f.value is null then 'no_value' end as excluded
from {points} p
join (
  select *, lead(seq) over (partition by account, referred_account_id, lead_id, case when referred_account_id is null and lead_id is null then seq end order by ts, seq) as later
  from {referrals}
) f on f.later is null and f.ts >= p.from_ts and f.ts < p.to_ts
left join {fx_spans} r on r.currency = f.currency and r.from_ts <= f.ts and f.ts < r.until_ts
