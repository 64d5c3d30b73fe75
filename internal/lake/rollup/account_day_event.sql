-- account_day_event: how often a thing was done for an account on a day.

-- block create
create table if not exists account_day_event (day date, account integer, name varchar, n bigint)

-- block index
create index if not exists account_day_event_account on account_day_event (account, day);
create index if not exists account_day_event_day on account_day_event (day)

-- block columns
day, account, name, n

-- block tail
select day, account, name, count(*) as n from {events} as e group by day, account, name

-- block read
select day, account, name, cast(sum(n) as bigint) as n from {rows} as r group by day, account, name

-- block merge
create temp table tmp_sum as
select day, account, name, cast(sum(n) as bigint) as n
from (
	select day, account, name, n from tmp_tail
	union all
	select a.day, a.account, a.name, a.n from account_day_event a
	where exists (select 1 from tmp_tail t where t.account = a.account and t.day = a.day and t.name = a.name)
) s group by day, account, name having sum(n) <> 0;
delete from account_day_event
where exists (select 1 from tmp_tail t where t.account = account_day_event.account and t.day = account_day_event.day and t.name = account_day_event.name);
insert into account_day_event (day, account, name, n)
select day, account, name, n from tmp_sum;
drop table tmp_sum

-- block moved
select day, account, name, cast(sum(n) as bigint) as n
from (
	select day, new_account as account, name, 1 as n from tmp_moved where seq <= {mark}
	union all
	select day, old_account as account, name, -1 as n from tmp_moved where seq <= {mark}
) m group by day, account, name
