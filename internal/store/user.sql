-- name: user_insert
insert into team_user (id, email, email_key, name, role, own_book, csm_names, language, password, totp, totp_step, created)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)

-- name: user_get
select u.id, u.email, u.name, u.role, u.own_book, u.csm_names, u.language, u.password, u.totp, u.totp_step, u.created, u.last_seen, u.ended,
  (select count(*) from passkey p where p.user_id = u.id), (select count(*) from identity i where i.user_id = u.id)
from team_user u where u.id = ?1

-- name: user_find
select u.id, u.email, u.name, u.role, u.own_book, u.csm_names, u.language, u.password, u.totp, u.totp_step, u.created, u.last_seen, u.ended,
  (select count(*) from passkey p where p.user_id = u.id), (select count(*) from identity i where i.user_id = u.id)
from team_user u where u.id = ?1 or u.email_key = ?2
order by case when u.id = ?1 then 0 when u.ended is null then 1 else 2 end, u.created desc, u.id limit 1

-- name: user_of_identity
select u.id, u.email, u.name, u.role, u.own_book, u.csm_names, u.language, u.password, u.totp, u.totp_step, u.created, u.last_seen, u.ended,
  (select count(*) from passkey p where p.user_id = u.id), (select count(*) from identity i where i.user_id = u.id)
from team_user u join identity n on n.user_id = u.id where n.issuer = ?1 and n.subject = ?2

-- name: user_list
select u.id, u.email, u.name, u.role, u.own_book, u.csm_names, u.language, u.password, u.totp, u.totp_step, u.created, u.last_seen, u.ended,
  (select count(*) from passkey p where p.user_id = u.id), (select count(*) from identity i where i.user_id = u.id)
from team_user u order by case when u.ended is null then 0 else 1 end, lower(u.name), u.id

-- name: user_update
update team_user set name = ?2, role = ?3, own_book = ?4, csm_names = ?5, language = ?6, password = ?7, totp = ?8, totp_step = ?9, ended = ?10 where id = ?1

-- name: user_rehash
update team_user set password = ?3 where id = ?1 and password = ?2

-- name: user_step
update team_user set totp_step = ?2 where id = ?1 and totp_step < ?2

-- name: user_seen
update team_user set last_seen = ?2 where id = ?1

-- name: user_admins
select count(*) from team_user u where u.role = 'admin' and u.ended is null
  and (u.password <> '' or exists (select 1 from passkey p where p.user_id = u.id) or exists (select 1 from identity i where i.user_id = u.id))

-- name: recovery_insert
insert into recovery_code (hash, user_id) values (?1, ?2)

-- name: recovery_use
delete from recovery_code where hash = ?1 and user_id = ?2

-- name: recovery_clear
delete from recovery_code where user_id = ?1

-- name: recovery_left
select count(*) from recovery_code where user_id = ?1

-- name: passkey_insert
insert into passkey (id, user_id, name, credential, created) values (?1, ?2, ?3, ?4, ?5)

-- name: passkey_list
select id, user_id, name, credential, created, last_used from passkey where user_id = ?1 order by created, id

-- name: passkey_used
update passkey set credential = ?2, last_used = ?3 where id = ?1

-- name: passkey_delete
delete from passkey where user_id = ?1 and id = ?2

-- name: passkey_clear
delete from passkey where user_id = ?1

-- name: identity_insert
insert into identity (issuer, subject, user_id, created) values (?1, ?2, ?3, ?4)

-- name: identity_clear
delete from identity where user_id = ?1

-- name: ticket_insert
insert into ticket (hash, purpose, user_id, data, expires) values (?1, ?2, ?3, ?4, ?5)

-- name: ticket_get
select hash, purpose, user_id, data, expires from ticket where hash = ?1 and purpose = ?2 and expires > ?3

-- name: ticket_take
delete from ticket where hash = ?1 and purpose = ?2 and expires > ?3

-- name: ticket_trim
delete from ticket where expires <= ?1

-- name: ticket_clear
delete from ticket where user_id = ?1
