-- What people said before each instant: the last recommendation and its age in days, the mean of satisfaction on 0 to 100 over half
-- a year, and answers of any kind in ninety days.
select p.i, f.account,
       (array_agg(case when f.kind = 'nps' then f.score end order by case when f.kind = 'nps' then 0 else 1 end, f.ts desc, f.seq desc))[1],
       p.to_day - max(case when f.kind = 'nps' then f.day end),
       avg(case when f.kind in ('csat', 'ces', 'rating') and f.ts >= p.to_ts - interval '180 days' and f.scale_max > f.scale_min
                then 100.0 * case when f.orientation = 'effort' then f.scale_max - f.score else f.score - f.scale_min end / (f.scale_max - f.scale_min) end),
       cast(sum(case when f.ts >= p.to_ts - interval '90 days' then 1 else 0 end) as bigint)
from {points} p join {known_answers} f on f.known_ts < p.to_ts and f.ts >= p.to_ts - interval '365 days' and f.score is not null
where f.account <> 0
group by p.i, p.to_day, f.account
