-- Which stages accounts were in. What was told last of an instant is so; an account stays in a stage until another value of
-- the trait is told, or none. {stage} is the bit of the trait.

-- block stays
select k.account_id, s.stage, s.from_ts, s.until_ts
from (
  select account, stage, ts as from_ts, lead(ts) over (partition by account order by ts) as until_ts
  from (
    select account, stage, ts, row_number() over w as place, lag(stage) over w as before
    from (
      select distinct on (f.account, f.ts) f.account, f.ts, f.stage
      from fact_accounts f
      where (f.given & {stage}) <> 0 and f.ts <= {at} {known}
      order by f.account, f.ts, f.seq desc
    ) told
    window w as (partition by account order by ts)
  ) changes
  where place = 1 or stage is distinct from before
) s
join account_keys k on k.account = s.account
where s.stage is not null
order by s.account, s.from_ts
