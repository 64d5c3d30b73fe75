-- Who used the product in the ninety days before each instant, and in which of them: people in the last thirty days and in
-- those before, days of use, days since anybody did, and since the person with the most days did, where those are eight or more.
with days as (
  select day, account, person, case when sum(in_time) > 0 then null else min(known_ts) end as known_ts
  from (
    select u.day, u.account, coalesce(w.person, u.actor) as person, l.known_ts, case when l.known_ts is null then 1 else 0 end as in_time
    from (select distinct f.day, f.account, f.actor from {rollup_user_day} f where {some}) u
    left join {persons} w on w.actor = u.actor
    left join {late_days} l on l.day = u.day and l.account = u.account and l.actor = u.actor
  ) told
  where person > 0
  group by day, account, person
),
people as (
  select p.i, d.account, d.person, p.to_day - max(d.day) as ago, count(*) as days,
         sum(case when d.day >= p.to_day - 30 then 1 else 0 end) as recent, sum(case when d.day >= p.to_day - 60 and d.day < p.to_day - 30 then 1 else 0 end) as earlier
  from (select p.i, p.to_ts, p.to_day, p.to_day - cast(n.n as integer) as day from {points} p cross join generate_series(1, 90) as n(n)) p
  join days d on d.day = p.day and (d.known_ts is null or d.known_ts < p.to_ts)
  group by p.i, p.to_day, d.account, d.person
)
select i, account, cast(sum(case when recent > 0 then 1 else 0 end) as bigint), cast(sum(case when earlier > 0 then 1 else 0 end) as bigint), cast(sum(recent) as bigint), cast(sum(earlier) as bigint), min(ago),
       (array_agg(case when days >= 8 then ago end order by days desc, person))[1]
from people
group by i, account
