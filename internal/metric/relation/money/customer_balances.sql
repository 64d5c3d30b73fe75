-- One row for each point and account: its monthly value at both ends, and what kind of customer it was.
select b.i, b.account, b.opening, b.closing, b.missing_rate, c.was_customer, c.is_customer, c.paid_before, c.returned
from (
  select i, account, cast(sum(opening) as decimal(38,0)) as opening, cast(sum(closing) as decimal(38,0)) as closing, max(missing_rate) as missing_rate
  from {balances} group by i, account
) b
join {paying} c on c.i = b.i and c.account = b.account
