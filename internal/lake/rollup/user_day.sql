-- user_day: who did anything in the product on a day, for which account.

-- block create
create table if not exists user_day (day date, account integer, actor integer)

-- block index
create index if not exists user_day_actor on user_day (actor, day);
create index if not exists user_day_day on user_day (day)

-- block tail
select distinct day, account, actor from {events} as e where actor <> 0

-- block read
select distinct day, account, actor from {rows} as r

-- block merge
insert into user_day (day, account, actor)
select t.day, t.account, t.actor from tmp_tail t
where not exists (select 1 from user_day u where u.actor = t.actor and u.day = t.day and u.account = t.account)

-- block clear
delete from user_day where actor in (select actor from tmp_moved)

-- block moved
select distinct day, account, actor from fact_events
where seq <= {mark} and actor <> 0 and actor in (select actor from tmp_moved)
