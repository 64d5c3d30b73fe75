-- name: key_insert
insert into api_key (id, name, scope, hash, hint, created) values (?1, ?2, ?3, ?4, ?5, ?6)

-- name: key_by_hash
select id, name, scope, hash, hint, created, last_used, revoked from api_key where hash = ?1

-- name: key_active
select id, name, scope, hash, hint, created, last_used, revoked from api_key where revoked is null and (id = ?1 or name = ?1)
order by case when id = ?1 then 0 else 1 end, id

-- name: key_list
select id, name, scope, hash, hint, created, last_used, revoked from api_key order by created, id

-- name: key_used
update api_key set last_used = ?2 where id = ?1 and (last_used is null or last_used <= ?3)

-- name: key_revoke
update api_key set revoked = ?2 where id = ?1
