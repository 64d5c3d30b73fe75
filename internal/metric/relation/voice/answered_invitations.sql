-- Invitations that were answered, with when first: by an answer that names them, or else by the answers of the person, or of
-- the account where the invitation names nobody, to the same survey until the next invitation to it.
with heard as (
  select a.seq, a.ts, a.survey, a.account, a.person, n.seq as named
  from {answers} a
  left join {invitations} n on cast(n.id as varchar) = a.invitation
)
select seq, min(answered_at) as answered_at
from (
  select named as seq, ts as answered_at from heard where named is not null
  union all
  select seq, answered_at
  from (
    select n.seq, a.ts as answered_at, row_number() over (partition by a.seq order by n.ts desc, n.seq desc) as nth
    from (
      select seq, ts, survey, 'p' as kind, person as who from heard where named is null and person <> 0
      union all
      select seq, ts, survey, 'a', account from heard where named is null and account <> 0
    ) a
    join (
      select seq, ts, survey, case when person <> 0 then 'p' else 'a' end as kind, case when person <> 0 then person else account end as who
      from {invitations} where person <> 0 or account <> 0
    ) n on n.kind = a.kind and n.who = a.who and n.ts <= a.ts and (a.survey is null or a.survey = n.survey)
  ) latest
  where nth = 1
) matched
group by seq
