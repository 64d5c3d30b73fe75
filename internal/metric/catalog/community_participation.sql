/*
id: community_participation
family: health
label:
  en: "Community participation"
  es: "Participación en la comunidad"
  ro: "Participarea în comunitate"
  ru: "Участие в сообществе"
about:
  en: "Of the customers who pay at the end of the period, the share that took part in the community during it: forum, events, webinars, advisory board."
  es: "De los clientes que pagan al final del período, el porcentaje que participó en la comunidad durante él: foro, eventos, webinars, consejo asesor."
  ro: "Dintre clienții care plătesc la sfârșitul perioadei, ponderea celor care au luat parte la comunitate în timpul ei: forum, evenimente, webinare, consiliu consultativ."
  ru: "Из клиентов, платящих на конец периода, доля тех, кто за период участвовал в сообществе: форум, мероприятия, вебинары, консультативный совет."
formula:
  en: "customers active in the community / customers * 100"
  es: "clientes activos en la comunidad / clientes * 100"
  ro: "clienți activi în comunitate / clienți * 100"
  ru: "клиенты, активные в сообществе / клиенты * 100"
unit: percent
better: higher
type: ratio
facts: [interactions, subscriptions, contracts]
key: [account]
numerator: "sum(took_part)"
denominator: "count(*)"
scale: 100
detail:
  - {name: times, label: {en: "Times they took part", es: "Veces que participaron", ro: "De câte ori au participat", ru: "Сколько раз участвовали"}, unit: count, sql: "sum(times)"}
examples:
  - text: "4 customers, one of them at a webinar"
    value: 25
    facts: [{fact: subscriptions, times: 4, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: interactions, account: c1, kind: webinar}]
*/
select c.i, c.account, case when t.times > 0 then 1 else 0 end as took_part, coalesce(t.times, 0) as times
from {paying} c
left join (
  select x.i, x.account, count(*) as times
  from {during(interactions)} x
  where x.account <> 0 and {policy.community_kinds(x.kind)}
  group by x.i, x.account
) t on t.i = c.i and t.account = c.account
where c.is_customer = 1
