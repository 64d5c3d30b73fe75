-- name: session_insert
insert into session (hash, key_id, user_id, name, scope, device, address, created, seen, expires) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)

-- name: session_get
select s.hash, s.key_id, s.user_id, s.name, s.scope, s.device, s.address, s.created, s.seen, s.expires from session s
where s.hash = ?1 and s.expires > ?2 and (s.user_id = '' or s.seen > ?3)
  and (s.key_id = '' or exists (select 1 from api_key k where k.id = s.key_id and k.revoked is null))

-- name: session_list
select s.hash, s.key_id, s.user_id, s.name, s.scope, s.device, s.address, s.created, s.seen, s.expires from session s
where s.user_id = ?1 and s.expires > ?2 and s.seen > ?3 order by s.seen desc, s.created desc, s.hash

-- name: session_seen
update session set seen = ?2 where hash = ?1

-- name: session_end_all
delete from session where user_id = ?1 and hash <> ?2

-- name: session_end
delete from session where hash = ?1

-- name: session_trim
delete from session where expires <= ?1

-- name: setup_insert
insert into setup_link (hash, expires) values (?1, ?2)

-- name: setup_good
select count(*) from setup_link where hash = ?1 and expires > ?2

-- name: setup_take
delete from setup_link where hash = ?1 and expires > ?2

-- name: setup_trim
delete from setup_link where expires <= ?1
