-- Sessions of {1}: what one visitor did without a pause of so many minutes, or under one session id when the sender gave
-- one. A session belongs to the instant at which it began, and to the account and person of its first fact that has an
-- account, or else of its first: the smallest of a number made of instant, person and account.
select visitor, session_id, began, ended, views, events,
       cast(mod(first_fact, 4294967296) as integer) as account,
       cast(cast(mod(first_fact, 18446744073709551616) - mod(first_fact, 4294967296) as double precision) / 4294967296 - 2147483648 as integer) as person
from (
  select visitor, session_id, min(ts) as began, max(ts) as ended, cast(sum(is_page) as bigint) as views, cast(sum(1 - is_page) as bigint) as events, min(case when account = 0 then cast('1329227995784915872903807060280344576' as decimal(38,0)) else 0 end
             + cast(cast(extract(epoch from ts) * 1000000 as bigint) as decimal(38,0)) * 18446744073709551616
             + cast(person + cast(2147483648 as bigint) as decimal(38,0)) * 4294967296 + account) as first_fact
  from (
    select visitor, session_id, 0 as nth, ts, is_page, account, person from {facts_of_{1}} where session_id is not null
    union all
    select visitor, session_id, sum(is_start) over (partition by visitor order by ts) as nth, ts, is_page, account, person
    from (
      select *, case when lag(ts) over (partition by visitor order by ts) > ts - interval '1 minute' * {policy.session_gap_minutes} then 0 else 1 end as is_start
      from {facts_of_{1}} where session_id is null
    ) marked
  ) numbered
  group by visitor, session_id, nth
) found
