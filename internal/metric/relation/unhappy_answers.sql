-- materialized
-- Unhappy answers of the points: detractors, and scores on the wrong side of the middle of their scale.
select p.i, a.account, a.person, a.id, a.seq, a.ts, a.kind, a.survey, a.question, a.touchpoint, a.locale, a.agent, a.score
from {points} p
join {answers} a on a.ts >= p.from_ts and a.ts < p.to_ts
where case when a.kind = 'nps' then a.score <= 6
           when a.orientation = 'effort' then 2 * a.score > a.scale_min + a.scale_max
           when a.kind in ('csat', 'ces', 'rating') then 2 * a.score < a.scale_min + a.scale_max
           else false end
