-- materialized
-- What every buyer, an account or a person that ordered for none, had bought by the end of each day on which that changed,
-- until the day before next_day: the day of the first purchase, on how many days it bought again, the last of those, and
-- what it spent since the first day, less what it got back.
select account, person, day, next_day, first_day, cast(days_bought - 1 as bigint) as repeats, last_day, cast(spent as decimal(38,0)) as spent, missing_rate
from (
  select account, person, day, lead(day) over w as next_day, first_day, sum(buys) over w as days_bought,
         max(case when buys = 1 then day end) over w as last_day,
         sum(case when day > first_day then amount else 0 end) over w as spent, max(missing_rate) over w as missing_rate
  from (
    select *, min(case when buys = 1 then day end) over (partition by account, person) as first_day
    from (
      select o.account, case when o.account = 0 then o.person else 0 end as person, o.day, max(case when o.amount >= 0 then 1 else 0 end) as buys,
             sum(cast(round(o.amount * 1000000 * r.rate) as decimal(38,0))) as amount,
             max(case when r.rate is null then o.currency || ' ' || cast(cast(o.ts as date) as varchar) end) as missing_rate
      from {orders} o
      left join {fx_spans} r on r.currency = o.currency and r.from_ts <= o.ts and o.ts < r.until_ts
      where o.account <> 0 or o.person <> 0
      group by 1, 2, 3
    ) days
  ) since
  where day >= first_day
  window w as (partition by account, person order by day)
) sums
