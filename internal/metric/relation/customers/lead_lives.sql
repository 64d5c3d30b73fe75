-- Leads by when they came in, with what is known of them by now and how far they ever got.
select l.lead_id, l.account, l.created_at, l.fit, l.source, l.campaign, l.value, l.currency, l.qualified, l.won, f.id,
       l.won_at, cast(l.won_at as date) as won_day
from (
  select lead_id, min(ts) as created_at,
         coalesce((array_agg(account order by ts desc, seq desc) filter (where account <> 0))[1], 0) as account,
         (array_agg(fit order by ts desc, seq desc) filter (where fit is not null))[1] as fit,
         (array_agg(source order by ts desc, seq desc) filter (where source is not null))[1] as source,
         (array_agg(campaign order by ts desc, seq desc) filter (where campaign is not null))[1] as campaign,
         (array_agg("value" order by ts desc, seq desc) filter (where "value" is not null))[1] as value,
         (array_agg(currency order by ts desc, seq desc) filter (where "value" is not null))[1] as currency,
         max(case when status in ('qualified', 'opportunity', 'won') then 1 else 0 end) as qualified,
         max(case when status = 'won' then 1 else 0 end) as won, min(case when status = 'won' then ts end) as won_at
  from {leads}
  group by lead_id
) l
join (select distinct on (lead_id) lead_id, id from {leads} order by lead_id, ts, seq) f on f.lead_id = l.lead_id
