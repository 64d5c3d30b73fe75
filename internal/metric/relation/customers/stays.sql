-- From when until when a person belonged to an account: from a membership that says joined to the next one. Of two with
-- the same instant the one received last counts: the other's span is empty.
select person, account, from_ts, until_ts
from (
  select m.person, m.account, m.status, m.ts as from_ts,
         coalesce(lead(m.ts) over (partition by m.person, m.account order by m.ts, m.seq), timestamp '9999-01-01 00:00:00') as until_ts
  from {memberships} m
) s
where status = 'joined' and from_ts < until_ts
