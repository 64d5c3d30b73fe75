-- name: migration_table
create table if not exists migration (version bigint primary key, name text not null, applied bigint not null)

-- name: migration_last
select coalesce(max(version), 0) from migration

-- name: migration_insert
insert into migration (version, name, applied) values (?1, ?2, ?3)
