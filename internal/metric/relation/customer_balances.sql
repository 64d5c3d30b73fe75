-- One row for each point and account: its monthly value at both ends, and whether it ever paid before the point.
select b.i, b.account, b.opening, b.closing, b.missing_rate,
       case when b.opening > 0 then 1 else 0 end as was_customer,
       case when b.closing > 0 then 1 else 0 end as is_customer,
       case when f.first_paid < p.from_ts then 1 else 0 end as paid_before
from (
  select i, account, cast(sum(opening) as bigint) as opening, cast(sum(closing) as bigint) as closing, max(missing_rate) as missing_rate
  from {balances} group by i, account
) b
join {points} p on p.i = b.i
join (select account, min(from_ts) as first_paid from {recurring_spans} where monthly > 0 group by account) f on f.account = b.account
