-- name: setting_get
select value from setting where name = ?1

-- name: setting_put
insert into setting (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value

-- name: setting_delete
delete from setting where name = ?1
