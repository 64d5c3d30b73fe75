-- How an account's value got from opening to closing, by product line. What kind of movement it is, is decided by the
-- account as a whole, so that the lines of a breakdown add up to the total: a line that is given up for another is part
-- of the expansion or contraction they come to together. No "or" in a left join: DuckDB would compare all with all.
select s.i, s.account, s.product_line, s.missing_rate,
       case when s.holds = 1 then s.opening else 0 end as opening, case when s.holds = 1 then s.closing else 0 end as closing,
       case when s.moves = 1 and s.opens = 0 and s.closes > 0 and coalesce(t.returned, 0) = 0 then s.closing else 0 end as new_value,
       case when s.moves = 1 and s.opens = 0 and s.closes > 0 and t.returned = 1 then s.closing else 0 end as reactivation,
       case when s.moves = 1 and s.opens > 0 and s.closes >= s.opens then s.closing - s.opening else 0 end as expansion,
       case when s.moves = 1 and s.opens > 0 and s.closes > 0 and s.closes < s.opens then s.closing - s.opening else 0 end as contraction,
       case when s.moves = 1 and s.opens > 0 and s.closes = 0 then -s.opening else 0 end as churn,
       case when s.moves = 1 and s.opens > 0 and s.closes = 0 then l.end_kind end as kind,
       case when s.moves = 1 and s.opens > 0 and s.closes = 0 then l.end_reason end as reason
from (
  select *, sum(opening) over a as opens, sum(closing) over a as closes
  from {balance_steps}
  window a as (partition by i, account, from_ts, holds, moves)
) s
left join {paying_terms} t on t.account = s.account and t.from_ts >= s.from_ts and t.from_ts < s.to_ts and coalesce(t.prev_from, timestamp '0001-01-01 00:00:00') < s.from_ts
left join {paying_terms} l on l.account = s.account and l.until_ts >= s.from_ts and l.until_ts < s.to_ts and coalesce(l.next_from, timestamp '9999-01-01 00:00:00') >= s.to_ts
