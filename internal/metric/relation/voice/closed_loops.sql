-- Unhappy answers with the first time that the team turned to the account, or to the person, after them.
select u.i, u.account, u.person, u.id, u.ts, u.kind, u.survey, u.question, u.touchpoint, u.locale, u.agent, u.score, n.next_ts,
       case when u.account = 0 and u.person = 0 then 'nobody_known' end as nobody
from {unhappy_answers} u
left join (
  select seq, is_answer, min(reached) over (partition by account, whom order by ts, is_answer rows between current row and unbounded following) as next_ts
  from (
    select distinct a.seq, a.account, case when a.account = 0 then a.person else 0 end as whom, a.ts, 1 as is_answer, cast(null as timestamp) as reached
    from {unhappy_answers} a
    union all
    select 0, f.account, case when f.account = 0 then f.person else 0 end, f.ts, 0, f.ts from {follow_ups} f
    union all
    select 0, 0, f.person, f.ts, 0, f.ts from {follow_ups} f where f.account <> 0 and f.person <> 0
  ) stream
) n on n.is_answer = 1 and n.seq = u.seq
