-- The scores that held just before the end of each point.
select p.i, s.id, s.account, s.aspect, s.scorecard, s.score, s.band, s.coverage, s.properties
from {points} p
join {told_scores} s on s.from_ts < p.to_ts and (s.until_ts is null or s.until_ts >= p.to_ts)
where s.score is not null
