-- What every customer of a point is worth a year: its recurring value at the end times 12, and its orders of the point
-- brought to a year. Beside it, of all customers together: the months that one stays, and the share kept over the last
-- year; null where there is nothing to tell it from. A customer is an account, or a person that ordered for none.
select w.i, w.account, w.a_year, w.missing_rate, case when {policy.lifetime_months} > 0 then {policy.lifetime_months} else l.months end as months, l.kept
from (
  select i, account, person, cast(sum(a_year) as decimal(38,0)) as a_year, max(missing_rate) as missing_rate
  from (
    select i, account, 0 as person, closing * 12 as a_year, missing_rate from {customer_balances} where is_customer = 1
    union all
    select o.i, o.account, case when o.account = 0 then o.person else 0 end,
           cast(round(1.0 * o.amount * case when extract(day from p.to_day) = extract(day from p.from_day) and p.to_day > p.from_day
             then 12.0 / ((extract(year from p.to_day) - extract(year from p.from_day)) * 12 + extract(month from p.to_day) - extract(month from p.from_day))
             else 365.0 / greatest(p.to_day - p.from_day, 1) end) as decimal(38,0)), o.missing_rate
    from {order_amounts} o
    join {points} p on p.i = o.i
  ) parts
  group by i, account, person
) w
left join (
  select p.i,
         sum(extract(epoch from least(coalesce(t.until_ts, p.to_ts), p.to_ts, {now}) - t.from_ts)) / 86400 / 30.4375
           / nullif(sum(case when t.until_ts < least(p.to_ts, {now}) then 1 else 0 end), 0) as months,
         1.0 * count(case when y.was = 1 and (t.until_ts is null or t.until_ts >= p.to_ts) then 1 end) / nullif(count(case when y.was = 1 then 1 end), 0) as kept
  from {points} p
  join {paying_terms} t on t.from_ts < least(p.to_ts, {now})
  cross join lateral (select case when t.from_ts < p.to_ts - interval '1 year' and (t.until_ts is null or t.until_ts >= p.to_ts - interval '1 year') then 1 else 0 end as was) y
  group by p.i
) l on l.i = w.i
