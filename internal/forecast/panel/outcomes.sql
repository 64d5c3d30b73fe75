-- Who paid at each instant by all that is known today, when that ended, and why.
select p.i, t.account, t.until_ts, t.end_kind
from {points} p join {paying_terms} t on t.from_ts < p.to_ts and (t.until_ts is null or t.until_ts >= p.to_ts)
