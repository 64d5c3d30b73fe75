-- name: audit_insert
insert into audit (id, happened, who_kind, who_id, who_name, address, door, action, subject, was, became)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)

-- name: audit_page
select id, happened, who_kind, who_id, who_name, address, door, action, subject, was, became from audit
where (lower(who_name) like ?1 escape '!' or who_id = ?2) and lower(action) like ?3 escape '!' and lower(subject) like ?4 escape '!'
  and happened >= ?5 and happened < ?6 and (happened < ?7 or happened = ?7 and id < ?8)
order by happened desc, id desc limit ?9
