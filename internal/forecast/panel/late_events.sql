-- Events that were told on a later day.
select f.day, f.account, f.name, f.known_ts from {known_events} f where f.known_ts >= cast(f.day as timestamp) + interval '{hours} hours' and f.known_ts > f.ts
