-- Sessions of {1}: what one visitor did without a pause of so many minutes, or under one session id when the sender gave
-- one, as the rollup sessions has them (began, ended and day; first_view, last_view and view_day of its page views, null
-- without any). account and actor are those of its first fact that has an account, or else of its first, view_account and
-- view_actor those of its first view by the same rule: the smallest of a number made of instant, actor and account.
select visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, engaged_ms,
       cast(mod(first_fact, 4294967296) as integer) as account,
       cast(cast(mod(first_fact, 18446744073709551616) - mod(first_fact, 4294967296) as double precision) / 4294967296 - 2147483648 as integer) as actor,
       cast(mod(first_seen, 4294967296) as integer) as view_account,
       cast(cast(mod(first_seen, 18446744073709551616) - mod(first_seen, 4294967296) as double precision) / 4294967296 - 2147483648 as integer) as view_actor
from (
  select visitor, session_id, min(ts) as began, max(ts) as ended, min(day) as day, cast(sum(is_page) as bigint) as views, cast(sum(1 - is_page) as bigint) as events,
         min(case when is_page = 1 then ts end) as first_view, max(case when is_page = 1 then ts end) as last_view, min(case when is_page = 1 then day end) as view_day,
         cast(sum(cast(round(engaged_seconds * 1000) as bigint)) as bigint) as engaged_ms, min(first_fact) as first_fact, min(case when is_page = 1 then first_fact end) as first_seen
  from (
    select visitor, session_id, 0 as nth, ts, day, is_page, engaged_seconds, case when account = 0 then cast('83076749736557242056487941267521536' as decimal(38,0)) else 0 end
             + cast(cast(extract(epoch from ts) * 1000000 as bigint) as decimal(38,0)) * 18446744073709551616 + cast(actor + cast(2147483648 as bigint) as decimal(38,0)) * 4294967296 + account as first_fact
    from {facts_of_{1}} where session_id is not null
    union all
    select visitor, session_id, sum(is_start) over (partition by visitor order by ts) as nth, ts, day, is_page, engaged_seconds, case when account = 0 then cast('83076749736557242056487941267521536' as decimal(38,0)) else 0 end
             + cast(cast(extract(epoch from ts) * 1000000 as bigint) as decimal(38,0)) * 18446744073709551616 + cast(actor + cast(2147483648 as bigint) as decimal(38,0)) * 4294967296 + account
    from (
      select *, case when lag(ts) over (partition by visitor order by ts) > ts - interval '1 minute' * {policy.session_gap_minutes} then 0 else 1 end as is_start
      from {facts_of_{1}} where session_id is null
    ) marked
  ) numbered
  group by visitor, session_id, nth
) found
