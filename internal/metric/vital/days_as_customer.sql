/*
id: days_as_customer
label: {en: "Days as a customer", es: "Días como cliente", ro: "Zile de când e client", ru: "Дней клиентом"}
about:
  en: "Days since the account first paid; not known before."
  es: "Días desde que la cuenta pagó por primera vez; antes no se conoce."
  ro: "Zile de când contul a plătit prima dată; înainte nu se cunoaște."
  ru: "Дней с первого платежа аккаунта; до него неизвестно."
unit: days
better: higher
facts: [subscriptions, contracts, orders]
*/
select p.i, t.account, cast(extract(epoch from (p.to_ts - min(t.from_ts))) as double precision) / 86400 as value
from {points} p
join {paying_terms} t on t.from_ts < p.to_ts
where t.account <> 0
group by p.i, p.to_ts, t.account
