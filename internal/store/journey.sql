-- name: journey_list
select j.id, v.version, v.definition, v.saved, v.saved_by, v.why, j.removed
from journey j join journey_version v on v.journey_id = j.id and v.version = j.version
where j.removed is null order by (select f.saved from journey_version f where f.journey_id = j.id and f.version = 1), j.id

-- name: journey_get
select j.id, v.version, v.definition, v.saved, v.saved_by, v.why, j.removed
from journey j join journey_version v on v.journey_id = j.id and v.version = j.version
where j.id = ?1

-- name: journey_versions
select j.id, v.version, v.definition, v.saved, v.saved_by, v.why, j.removed
from journey j join journey_version v on v.journey_id = j.id
where j.id = ?1 order by v.version desc

-- name: journey_put
insert into journey (id, version) values (?1, ?2)
on conflict (id) do update set version = excluded.version

-- name: journey_version_insert
insert into journey_version (journey_id, version, definition, saved, saved_by, why) values (?1, ?2, ?3, ?4, ?5, ?6)

-- name: journey_remove
update journey set removed = ?2 where id = ?1

-- name: journey_forget
delete from journey where version = 1 and id in (select journey_id from journey_version where saved_by = ?1)

-- name: journey_version_forget
delete from journey_version where saved_by = ?1 and journey_id not in (select id from journey)
