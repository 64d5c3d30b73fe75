-- name: view_insert
insert into account_view (id, owner, name, shared, query, created) values (?1, ?2, ?3, ?4, ?5, ?6)

-- name: view_list
select id, owner, name, shared, query from account_view where owner = ?1 or shared = 1 order by lower(name), id

-- name: view_get
select id, owner, name, shared, query from account_view where id = ?1 and owner = ?2

-- name: view_delete
delete from account_view where id = ?1

-- name: note_insert
insert into account_note (id, account_id, text, author, created, edited) values (?1, ?2, ?3, ?4, ?5, ?6)

-- name: note_get
select id, account_id, text, author, created, edited from account_note where id = ?1

-- name: note_list
select id, account_id, text, author, created, edited from account_note where account_id = ?1 order by created desc, id desc

-- name: note_calling
select id, account_id, text, author, created, edited from account_note where created >= ?1 and text like '%@%' order by created desc, id desc limit ?2

-- name: note_delete
delete from account_note where id = ?1

-- name: tag_insert
insert into account_tag (account_id, tag, author, created) values (?1, ?2, ?3, ?4) on conflict (account_id, tag) do nothing

-- name: tag_delete
delete from account_tag where account_id = ?1 and tag = ?2

-- name: tag_list
select account_id, tag from account_tag order by tag, account_id

-- name: undo_insert
insert into undo (id, owner, what, created) values (?1, ?2, ?3, ?4)

-- name: undo_get
select what from undo where id = ?1 and owner = ?2

-- name: undo_delete
delete from undo where id = ?1

-- name: undo_trim
delete from undo where created < ?1

-- name: note_forget
delete from account_note where account_id = ?1

-- name: tag_forget
delete from account_tag where account_id = ?1

-- name: file_forget
delete from account_file where account_id = ?1

-- name: judgement_forget
delete from judgement where account = ?1

-- name: undo_forget
delete from undo

-- name: file_insert
insert into account_file (id, account_id, name, kind, bytes, content, author, created) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)

-- name: file_count
select count(*) from account_file where account_id = ?1 and removed is null

-- name: file_list
select id, account_id, name, kind, bytes, author, created from account_file where account_id = ?1 and removed is null order by created desc, id desc

-- name: file_get
select id, account_id, name, kind, bytes, author, created from account_file where id = ?1 and removed is null

-- name: file_content
select content from account_file where id = ?1 and removed is null

-- name: file_remove
update account_file set removed = ?2 where id = ?1 and removed is null

-- name: file_restore
update account_file set removed = null where id = ?1 and removed is not null

-- name: file_trim
delete from account_file where removed is not null and removed < ?1

-- name: note_update
update account_note set text = ?2, edited = ?3 where id = ?1

-- name: mention_seen_list
select note, seen from mention_seen where user_id = ?1

-- name: mention_unsee
delete from mention_seen where user_id = ?1 and note = ?2

-- name: mention_see
insert into mention_seen (user_id, note, seen) values (?1, ?2, ?3)

-- name: mention_trim
delete from mention_seen where user_id = ?1 and note not in (select id from account_note)
