-- Answers to effort questions. {1} is how the one that is counted was asked: ease, effort, or these with the end of the
-- scale, as in effort5; the others are left out.
select a.i, a.account, a.person, a.id, a.ts, a.survey, a.question, a.touchpoint, a.locale, a.agent, a.score, a.scale_min, a.scale_max, a.orientation,
       case when 2 * a.score > a.scale_min + a.scale_max then 1 else 0 end as agrees,
       case when a.orientation <> rtrim('{1}', '57') then 'other_orientation'
            when '{1}' like '%5' and a.scale_max <> 5 or '{1}' like '%7' and a.scale_max <> 7 then 'other_scale' end as excluded
from {during(answers)} a
where a.kind = 'ces'
