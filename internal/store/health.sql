-- name: scorecard_versions
select version, definition, made_by, changed, until from scorecard order by id, version

-- name: scorecard_last
select version, definition, made_by, changed, until from scorecard where id = ?1 order by version desc limit 1

-- name: scorecard_end
update scorecard set until = ?2 where id = ?1 and until is null

-- name: scorecard_insert
insert into scorecard (id, version, definition, made_by, changed) values (?1, ?2, ?3, ?4, ?5)

-- name: judgement_list
select id, account, scorecard, measure, score, choice, reason, made_by, made, until from judgement order by made, id

-- name: judgement_insert
insert into judgement (id, account, scorecard, measure, score, choice, reason, made_by, made, until) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
