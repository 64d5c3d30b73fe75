-- Answers to satisfaction questions, and whether they are in the top two boxes: on a scale of two, in the upper one.
select a.i, a.account, a.person, a.id, a.seq, a.ts, a.survey, a.question, a.touchpoint, a.locale, a.agent, a.ticket_id, a.score, a.scale_max,
       case when a.score >= a.scale_max - case when a.scale_max - a.scale_min > 1 then 1 else 0 end then 1 else 0 end as satisfied,
       case when 2 * a.score < a.scale_min + a.scale_max then 1 else 0 end as unhappy
from {during(answers)} a
where a.kind = 'csat'
