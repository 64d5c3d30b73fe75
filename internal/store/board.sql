-- name: dashboard_list
select id, name, tiles, version, made_by, created, changed, removed, before from dashboard where removed is null order by name, id

-- name: dashboard_get
select id, name, tiles, version, made_by, created, changed, removed, before from dashboard where id = ?1

-- name: dashboard_insert
insert into dashboard (id, name, tiles, version, made_by, created, changed, before) values (?1, ?2, ?3, 1, ?4, ?5, ?5, '')

-- name: dashboard_update
update dashboard set name = ?2, tiles = ?3, version = version + 1, changed = ?4, removed = ?5, before = ?6 where id = ?1

-- name: target_list
select id, metric, variant, segment, value, currency, from_day, due_day, made_by, created from target order by metric, variant, segment, currency, from_day

-- name: target_get
select id, metric, variant, segment, value, currency, from_day, due_day, made_by, created from target where id = ?1

-- name: target_replace
delete from target where metric = ?1 and variant = ?2 and segment = ?3 and currency = ?4 and from_day = ?5

-- name: target_insert
insert into target (id, metric, variant, segment, value, currency, from_day, due_day, made_by, created) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)

-- name: target_delete
delete from target where id = ?1
