-- name: case_current
select id, account, state, verdict, note, made_by, opened, changed, ended, sayings from health_case where ended is null order by opened desc, id

-- name: case_past
select id, account, state, verdict, note, made_by, opened, changed, ended, sayings from health_case where ended is not null order by ended desc, id limit ?1

-- name: case_get
select id, account, state, verdict, note, made_by, opened, changed, ended, sayings from health_case where id = ?1

-- name: case_insert
insert into health_case (id, account, state, verdict, note, made_by, opened, changed, ended, sayings) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
on conflict do nothing

-- name: case_heard
update health_case set state = ?2, changed = ?3, ended = ?4, sayings = ?5 where id = ?1 and ended is null and state = ?6

-- name: case_decide
update health_case set state = ?2, verdict = ?3, note = ?4, made_by = ?5, changed = ?6 where id = ?1

-- name: case_forget
delete from health_case where account = ?1
