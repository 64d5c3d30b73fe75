-- What the account of each answer of this kind was worth a month when it was given, in the reporting currency.
select p.i, a.seq, cast(sum(cast(round(s.monthly * r.rate) as decimal(38,0))) as decimal(38,0)) as worth, max(case when r.rate is null then s.currency end) as missing_rate
from {points} p
join {answers} a on a.ts >= p.from_ts and a.ts < p.to_ts and a.kind = '{1}'
join {recurring_spans} s on s.account = a.account and s.monthly > 0 and s.from_ts < a.ts and (s.until_ts is null or s.until_ts >= a.ts)
left join {rates} r on r.i = p.i and r.currency = s.currency
where a.account <> 0
group by p.i, a.seq
