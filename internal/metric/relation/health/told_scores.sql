-- From when until when an account had which score, by aspect. Of two told at the same instant the one received last counts.
select f.id, f.account, f.aspect, f.scorecard, f.score, f.band, f.coverage, f.properties, f.ts as from_ts,
       lead(f.ts) over (partition by f.account, f.aspect order by f.ts, f.seq) as until_ts
from {scores} f
