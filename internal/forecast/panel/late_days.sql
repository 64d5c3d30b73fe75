-- Actors' days that were told on a later day: when the first of what they did was known.
select f.day, f.account, f.actor, min(f.known_ts) as known_ts
from {known_events} f
join (select distinct f.day, f.account, f.actor from {known_events} f where f.known_ts >= cast(f.day as timestamp) + interval '{hours} hours' and f.known_ts > f.ts) k
  on k.day = f.day and k.account = f.account and k.actor = f.actor
group by f.day, f.account, f.actor
