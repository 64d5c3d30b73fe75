-- name: migration_table
create table if not exists migration (version bigint primary key, name text not null, applied bigint not null)

-- name: migration_list
select version from migration order by version

-- name: migration_insert
insert into migration (version, name, applied) values (?1, ?2, ?3)
