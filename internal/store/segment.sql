-- name: segment_list
select s.id, v.name, v.version, v.tree, v.saved, v.saved_by, v.why, s.deleted
from segment s join segment_version v on v.segment_id = s.id and v.version = s.version
where s.deleted is null order by v.name, s.id

-- name: segment_get
select s.id, v.name, v.version, v.tree, v.saved, v.saved_by, v.why, s.deleted
from segment s join segment_version v on v.segment_id = s.id and v.version = s.version
where s.id = ?1

-- name: segment_versions
select s.id, v.name, v.version, v.tree, v.saved, v.saved_by, v.why, s.deleted
from segment s join segment_version v on v.segment_id = s.id
where s.id = ?1 order by v.version desc

-- name: segment_put
insert into segment (id, name, version) values (?1, ?2, ?3)
on conflict (id) do update set name = excluded.name, version = excluded.version

-- name: segment_version_insert
insert into segment_version (segment_id, version, name, text, tree, saved, saved_by, why) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)

-- name: segment_delete
update segment set deleted = ?2, deleted_by = ?3 where id = ?1

-- name: segment_restore
update segment set deleted = null, deleted_by = null where id = ?1
