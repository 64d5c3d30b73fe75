-- What was done in the last thirty days before each instant and in those before: how often, and how many different things.
select i, account, cast(sum(recent) as bigint), cast(sum(earlier) as bigint), cast(sum(case when recent > 0 then 1 else 0 end) as bigint), cast(sum(case when earlier > 0 then 1 else 0 end) as bigint)
from (
  select p.i, e.account, e.name, cast(sum(case when e.day >= p.to_day - 30 then e.n else 0 end) as bigint) as recent, cast(sum(case when e.day < p.to_day - 30 then e.n else 0 end) as bigint) as earlier
  from (select p.i, p.to_ts, p.to_day, p.to_day - cast(n.n as integer) as day from {points} p cross join generate_series(1, 60) as n(n)) p
  join (
    select f.day, f.account, f.name, f.n, cast(null as timestamp) as hidden_until from {rollup_account_day_event} f where {some}
    union all
    select l.day, l.account, l.name, -1, l.known_ts from {late_events} l
  ) e on e.day = p.day and (e.hidden_until is null or p.to_ts <= e.hidden_until)
  group by p.i, e.account, e.name
) named
group by i, account
