/*
id: days_to_renewal
label: {en: "Days to the renewal", es: "Días hasta la renovación", ro: "Zile până la reînnoire", ru: "Дней до продления"}
about:
  en: "Days until the next open contract ends; without contracts, until the term of a subscription of three months or more is over. Shorter terms end all the time and are no occasion."
  es: "Días hasta que termina el próximo contrato abierto; sin contratos, hasta que acaba el plazo de una suscripción de tres meses o más. Los plazos más cortos terminan a cada rato y no son ocasión."
  ro: "Zile până se încheie următorul contract deschis; fără contracte, până se încheie termenul unui abonament de trei luni sau mai mult. Termenele mai scurte se încheie mereu și nu sunt un prilej."
  ru: "Сколько дней до конца ближайшего открытого договора; без договоров — до конца срока подписки от трёх месяцев. Более короткие сроки кончаются постоянно и поводом не служат."
unit: days
better: neither
facts: [contracts, subscriptions]
*/
select i, account, cast(extract(epoch from (min(ends) - min(to_ts))) as double precision) / 86400 as value
from (
  select p.i, p.to_ts, c.account, c."end" as ends
  from {points} p
  join {contracts_spans} c on c.ts < p.to_ts and (c.until_ts is null or c.until_ts >= p.to_ts)
  where c.status = 'open' and c."end" >= p.to_ts
  union all
  select i, to_ts, account, case when turn >= to_ts then turn else turn + step * interval '1 month' end
  from (
    select i, to_ts, account, step, anchor + cast(floor(1.0 * passed / step) * step as integer) * interval '1 month' as turn
    from (
      select p.i, p.to_ts, s.account, a.anchor,
             cast(coalesce(s.interval_count, 1) as integer) * case s."interval" when 'year' then 12 when 'quarter' then 3 else 1 end as step,
             cast(12 * (extract(year from p.to_ts) - extract(year from a.anchor)) + extract(month from p.to_ts) - extract(month from a.anchor) as integer) as passed
      from {points} p
      join {subscriptions_spans} s on s.ts < p.to_ts and (s.until_ts is null or s.until_ts >= p.to_ts)
      join (select subscription_id, min(ts) as anchor from {subscriptions} where status in ('active', 'past_due') group by subscription_id) a
        on a.subscription_id = s.subscription_id and a.anchor < p.to_ts
      where s.status in ('active', 'past_due') and s."interval" in ('month', 'quarter', 'year')
        and s.account not in (select account from {contracts})
    ) terms
    where step >= 3
  ) turns
) renewals
group by i, account
