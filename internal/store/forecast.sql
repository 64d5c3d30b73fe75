-- name: forecast_latest
select id, body from forecast_model order by made desc, id desc limit 1

-- name: forecast_insert
insert into forecast_model (id, made, body) values (?1, ?2, ?3)

-- name: forecast_trim
delete from forecast_model where id not in (select id from forecast_model order by made desc, id desc limit 24)
