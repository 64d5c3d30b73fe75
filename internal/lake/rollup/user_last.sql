-- user_last: when an actor did anything in the product last, for which account. It spares looking through all days and
-- events for when people were seen.

-- block create
create table if not exists user_last (account integer, actor integer, last_ts timestamp)

-- block index
create index if not exists user_last_actor on user_last (actor);
create index if not exists user_last_account on user_last (account)

-- block columns
account, actor, last_ts

-- block tail
select account, actor, max(ts) as last_ts from {events} as e where actor <> 0 group by account, actor

-- block read
select account, actor, max(last_ts) as last_ts from {rows} as r group by account, actor

-- block merge
insert into tmp_tail (account, actor, last_ts)
select u.account, u.actor, u.last_ts from user_last u
where exists (select 1 from tmp_tail t where t.actor = u.actor and t.account = u.account);
delete from user_last
where exists (select 1 from tmp_tail t where t.actor = user_last.actor and t.account = user_last.account);
insert into user_last (account, actor, last_ts)
select account, actor, max(last_ts) from tmp_tail group by account, actor

-- block clear
delete from user_last where actor in (select actor from tmp_moved)

-- block touched
actor <> 0 and actor in (select actor from tmp_moved)
