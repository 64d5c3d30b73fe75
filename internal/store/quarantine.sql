-- name: quarantine_insert
insert into quarantine (id, source, kind, received, rule, field, reason, body, envelope, status)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open') on conflict (id) do nothing

-- name: quarantine_get
select id, source, kind, received, rule, field, reason, body, envelope, edited, status, decided from quarantine where id = ?1

-- name: quarantine_page
select id, source, kind, received, rule, field, reason, body, envelope, edited, status, decided from quarantine
where (?1 = '' or status = ?1) and (?2 = '' or source = ?2) and (received < ?3 or received = ?3 and id < ?4)
  and (?6 = '' or rule = ?6)
order by received desc, id desc limit ?5

-- name: quarantine_edit
update quarantine set edited = ?2 where id = ?1 and status = 'open'

-- name: quarantine_decide
update quarantine set status = ?2, decided = ?3 where id = ?1 and status = 'open'

-- name: quarantine_count
select status, count(*) from quarantine group by status

-- name: quarantine_rules
select rule, count(*) from quarantine where status = 'open' group by rule order by count(*) desc, rule

-- name: quarantine_reopen
update quarantine set status = 'open', decided = null where id = ?1 and status = 'discarded'

-- name: quarantine_trim_age
delete from quarantine where received < ?1

-- name: quarantine_trim_number
delete from quarantine where id in (select id from quarantine order by received desc, id desc limit 1000000000 offset ?1)

-- name: quarantine_reason
update quarantine set rule = ?2, field = ?3, reason = ?4 where id = ?1 and status = 'open'
