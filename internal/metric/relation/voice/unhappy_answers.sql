-- materialized
-- Unhappy answers of the points: detractors, and scores on the wrong side of the middle of their scale.
select a.i, a.account, a.person, a.id, a.seq, a.ts, a.kind, a.survey, a.question, a.touchpoint, a.locale, a.agent, a.score
from {during(answers)} a
where case when a.kind = 'nps' then a.score <= 6
           when a.orientation = 'effort' then 2 * a.score > a.scale_min + a.scale_max
           when a.kind in ('csat', 'ces', 'rating') then 2 * a.score < a.scale_min + a.scale_max
           else false end
