-- name: sighting_add
insert into sighting (source, kind, first_seen, last_seen, seen, verdict, longest_gap) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
on conflict (source, kind) do update set
  longest_gap = case when excluded.first_seen - sighting.last_seen > sighting.longest_gap and excluded.first_seen - sighting.last_seen > excluded.longest_gap then excluded.first_seen - sighting.last_seen
                     when excluded.longest_gap > sighting.longest_gap then excluded.longest_gap
                     else sighting.longest_gap end,
  first_seen = case when excluded.first_seen < sighting.first_seen then excluded.first_seen else sighting.first_seen end,
  last_seen  = case when excluded.last_seen > sighting.last_seen then excluded.last_seen else sighting.last_seen end,
  verdict    = case when excluded.last_seen >= sighting.last_seen then excluded.verdict else sighting.verdict end,
  seen       = sighting.seen + excluded.seen

-- name: sighting_list
select source, kind, first_seen, last_seen, seen, verdict, longest_gap from sighting order by source, kind

-- name: verdict_insert
insert into verdict (id, happened, place, source, kind, subject, verdict, reason) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)

-- name: verdict_trim
delete from verdict where id in (select id from verdict order by happened desc, place desc, id desc limit 1000000000 offset ?1)

-- name: verdict_recent
select happened, source, kind, subject, verdict, reason from verdict order by happened desc, place desc, id desc limit ?1

-- name: sighting_forget
delete from sighting where source = ?1

-- name: verdict_forget
delete from verdict where source = ?1
