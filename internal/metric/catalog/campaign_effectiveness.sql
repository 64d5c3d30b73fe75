/*
id: campaign_effectiveness
family: web
label:
  en: "Campaign effectiveness"
  es: "Eficacia de campañas"
  ro: "Eficacitatea campaniilor"
  ru: "Эффективность кампаний"
about:
  en: "What campaigns cost and bring: the return on their cost, and for each its leads (those created in the period), customers (those of its leads that were won), revenue, and cost for each. Revenue is what the campaign reports; where it reports none, the value of its leads that were won. Costs are those of the campaign and those booked on it. Amounts count at the rates of their days."
  es: "Qué cuestan y qué traen las campañas: el retorno sobre su coste y, de cada una, sus leads (creados en el período), clientes (los leads ganados), ingresos y coste de cada uno. Los ingresos son los que informa la campaña; si no informa, el valor de sus leads ganados. Los costes son los de la campaña y los imputados a ella. Los importes valen al cambio de su día."
  ro: "Cât costă și ce aduc campaniile: randamentul costului și, pentru fiecare, lead-urile (create în perioadă), clienții (lead-urile câștigate), venitul și costul fiecăruia. Venitul este cel raportat de campanie; unde nu raportează, valoarea lead-urilor ei câștigate. Costurile sunt ale campaniei și cele înregistrate pe ea. Sumele sunt la cursul zilelor lor."
  ru: "Во что обходятся и что приносят кампании: отдача на затраты и по каждой — лиды (созданные за период), клиенты (выигранные лиды), выручка и цена каждого. Выручка — по отчёту кампании; если его нет, ценность её выигранных лидов. Затраты — самой кампании и отнесённые на неё. Суммы по курсу их дней."
formula:
  en: "(revenue - cost) / cost * 100"
  es: "(ingresos - coste) / coste * 100"
  ro: "(venit - cost) / cost * 100"
  ru: "(выручка - затраты) / затраты * 100"
unit: percent
better: higher
type: ratio
facts: [campaigns, costs, leads]
numerator: "sum(revenue) - sum(cost)"
numerator_unit: money
denominator: "sum(cost)"
denominator_unit: money
scale: 100
key: [id]
dimensions: [campaign, channel]
detail:
  - {name: cost, label: {en: "Cost", es: "Coste", ro: "Cost", ru: "Затраты"}, unit: money, sql: "sum(cost)"}
  - {name: revenue, label: {en: "Revenue", es: "Ingresos", ro: "Venit", ru: "Выручка"}, unit: money, sql: "sum(revenue)"}
  - {name: leads, label: {en: "Leads", es: "Leads", ro: "Lead-uri", ru: "Лиды"}, unit: count, sql: "sum(leads)"}
  - {name: customers, label: {en: "Customers won", es: "Clientes ganados", ro: "Clienți câștigați", ru: "Новые клиенты"}, unit: count, sql: "sum(customers)"}
tables:
  - name: campaigns
    label: {en: "Campaigns", es: "Campañas", ro: "Campanii", ru: "Кампании"}
    units: {cost: money, revenue: money, return: percent, cost_per_lead: money, cost_per_customer: money}
    sql: "select {group} campaign, cast(cost as varchar) as cost, leads, customers, cast(revenue as varchar) as revenue, 100.0 * (cast(revenue as double precision) - cast(cost as double precision)) / nullif(cast(cost as double precision), 0) as return, cast(cast(round(cast(cost as double precision) / nullif(leads, 0)) as decimal(38,0)) as varchar) as cost_per_lead, cast(cast(round(cast(cost as double precision) / nullif(customers, 0)) as decimal(38,0)) as varchar) as cost_per_customer from (select {group} campaign, cast(sum(cost) as decimal(38,0)) as cost, cast(sum(revenue) as decimal(38,0)) as revenue, cast(sum(leads) as bigint) as leads, cast(sum(customers) as bigint) as customers, row_number() over (partition by {group} 1 order by sum(cost) desc, campaign) as place from {rows} group by {group} campaign) c where place <= 200 order by {group} place"
examples:
  - text: "cost 1000, revenue 3000: (3000 - 1000) / 1000"
    value: 200
    facts: [{fact: campaigns, campaign: spring, cost: "1000", revenue: "3000", currency: EUR}]
*/
select i, account, id, campaign, channel, leads, customers, cost,
       case when kind = 'lead' and max(case when reported > 0 then 1 else 0 end) over (partition by i, campaign) = 1 then 0 when kind = 'lead' then won_value else reported end as revenue,
       case when kind = 'lead' and max(case when reported > 0 then 1 else 0 end) over (partition by i, campaign) = 1 then null else missing_rate end as missing_rate
from (
  select p.i, c.account, c.id, c.campaign, c.channel, 'campaign' as kind, 0 as leads, 0 as customers,
         cast(round(coalesce(c.cost, 0) * 1000000 * coalesce(r.rate, 0)) as decimal(38,0)) as cost, cast(round(coalesce(c.revenue, 0) * 1000000 * coalesce(r.rate, 0)) as decimal(38,0)) as reported,
         cast(0 as decimal(38,0)) as won_value, case when r.rate is null and (c.cost <> 0 or c.revenue <> 0) then c.currency || ' ' || cast(c.day as varchar) end as missing_rate
  from {points} p
  join {campaigns} c on c.ts >= p.from_ts and c.ts < p.to_ts
  left join {fx_spans} r on r.currency = c.currency and c.ts >= r.from_ts and c.ts < r.until_ts
  union all
  select p.i, c.account, c.id, c.campaign, null, 'cost', 0, 0, cast(round(c.amount * 1000000 * coalesce(r.rate, 0)) as decimal(38,0)), 0, 0,
         case when r.rate is null and c.amount <> 0 then c.currency || ' ' || cast(c.day as varchar) end
  from {points} p
  join {costs} c on c.campaign is not null and c.ts >= p.from_ts and c.ts < p.to_ts
  left join {fx_spans} r on r.currency = c.currency and c.ts >= r.from_ts and c.ts < r.until_ts
  union all
  select p.i, l.account, l.id, l.campaign, null, 'lead', 1, l.won, 0, 0, case when l.won = 1 then cast(round(coalesce(l.value, 0) * 1000000 * coalesce(r.rate, 0)) as decimal(38,0)) else 0 end,
         case when l.won = 1 and l.value <> 0 and r.rate is null then l.currency || ' ' || cast(l.won_day as varchar) end
  from {points} p
  join {lead_lives} l on l.campaign is not null and l.created_at >= p.from_ts and l.created_at < p.to_ts
  left join {fx_spans} r on r.currency = l.currency and l.won_at >= r.from_ts and l.won_at < r.until_ts
) parts
