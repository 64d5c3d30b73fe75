-- sessions: what one visitor did without a pause of half an hour, or under one session id when the sender gave one; pages
-- and events alike. began and ended are its first and last fact, first_view and last_view its first and last page view
-- (null where there is none), day and view_day the days on which it
-- and its views began, engaged_ms what its views say they were looked at, in thousandths of a second. account and
-- actor are those of its first fact that has an account, or else of its first, view_account and view_actor those of its
-- first view by the same rule; known and view_known put facts into that order: the instant in microseconds, behind all
-- others (2^52) where there is no account. A fact more can lengthen a session or join two, never part one, so what is
-- merged late gives the same sessions. The pause is the default of the policy session_gap_minutes.

-- block create
create table if not exists sessions (visitor integer, session_id varchar, began timestamp, ended timestamp, day date, views bigint, events bigint, first_view timestamp, last_view timestamp, view_day date,
	engaged_ms bigint, known bigint, account integer, actor integer, view_known bigint, view_account integer, view_actor integer)

-- block index
create index if not exists sessions_visitor on sessions (visitor, began);
create index if not exists sessions_began on sessions (began)

-- block columns
visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, engaged_ms, known, account, actor, view_known, view_account, view_actor

-- block parts
-- Facts of a visitor within the same half hour of the clock are of one session whatever lies between them, so they make
-- one row, by account and actor: the order of every single fact is never asked for.
select visitor, session_id, min(ts) as began, max(ts) as ended, min(day) as day, cast(sum(is_page) as bigint) as views, cast(sum(1 - is_page) as bigint) as events,
	min(view_ts) as first_view, max(view_ts) as last_view, min(view_day) as view_day, cast(sum(engaged_ms) as bigint) as engaged_ms,
	cast(extract(epoch from min(ts)) * 1000000 as bigint) + case when account = 0 then 4503599627370496 else 0 end as known, account, actor,
	cast(extract(epoch from min(view_ts)) * 1000000 as bigint) + case when account = 0 then 4503599627370496 else 0 end as view_known, account as view_account, actor as view_actor
from (
	select visitor, session_id, ts, day, account, actor, 0 as is_page, cast(null as bigint) as engaged_ms, cast(null as timestamp) as view_ts, cast(null as date) as view_day
	from {events} as e where visitor <> 0
	union all
	select visitor, session_id, ts, day, account, actor, 1, cast(round(engaged_seconds * 1000) as bigint), ts, day
	from {pages} as v where visitor <> 0
) told
group by visitor, session_id, account, actor, floor(extract(epoch from ts) / 1800)

-- block late
visitor in (select visitor from {events} e union all select visitor from {pages} v)

-- block read
select visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, engaged_ms,
	cast(cast(first_fact - mod(first_fact, 18446744073709551616) as double precision) / 18446744073709551616 as bigint) as known,
	cast(mod(first_fact, 4294967296) as integer) as account,
	cast(cast(mod(first_fact, 18446744073709551616) - mod(first_fact, 4294967296) as double precision) / 4294967296 - 2147483648 as integer) as actor,
	cast(cast(first_seen - mod(first_seen, 18446744073709551616) as double precision) / 18446744073709551616 as bigint) as view_known,
	cast(mod(first_seen, 4294967296) as integer) as view_account,
	cast(cast(mod(first_seen, 18446744073709551616) - mod(first_seen, 4294967296) as double precision) / 4294967296 - 2147483648 as integer) as view_actor
from (
	select visitor, session_id, min(began) as began, max(ended) as ended, min(day) as day, cast(sum(views) as bigint) as views, cast(sum(events) as bigint) as events,
		min(first_view) as first_view, max(last_view) as last_view, min(view_day) as view_day, cast(sum(engaged_ms) as bigint) as engaged_ms,
		min(cast(known as decimal(38,0)) * 18446744073709551616 + cast(actor + cast(2147483648 as bigint) as decimal(38,0)) * 4294967296 + account) as first_fact,
		min(cast(view_known as decimal(38,0)) * 18446744073709551616 + cast(view_actor + cast(2147483648 as bigint) as decimal(38,0)) * 4294967296 + view_account) as first_seen
	from (
		select visitor, session_id, 0 as nth, began, ended, day, views, events, first_view, last_view, view_day, engaged_ms, known, account, actor, view_known, view_account, view_actor
		from {rows} r where session_id is not null
		union all
		select visitor, session_id, sum(is_start) over (partition by visitor order by began) as nth,
			began, ended, day, views, events, first_view, last_view, view_day, engaged_ms, known, account, actor, view_known, view_account, view_actor
		from (
			select r.*, case when max(ended) over (partition by visitor order by began rows between unbounded preceding and 1 preceding) > began - interval '30 minutes' then 0 else 1 end as is_start
			from {rows} r where session_id is null
		) marked
	) numbered
	group by visitor, session_id, nth
) found

-- block merge
create temp table tmp_rows as
select s.visitor, s.session_id, s.began, s.ended, s.day, s.views, s.events, s.first_view, s.last_view, s.view_day, s.engaged_ms, s.known, s.account, s.actor, s.view_known, s.view_account, s.view_actor
from sessions s
where exists (select 1 from tmp_tail t where t.visitor = s.visitor and coalesce(t.session_id, '') = coalesce(s.session_id, '')
	and (s.session_id is not null or s.ended > t.began - interval '30 minutes' and s.began < t.ended + interval '30 minutes'));
delete from sessions
where exists (select 1 from tmp_tail t where t.visitor = sessions.visitor and coalesce(t.session_id, '') = coalesce(sessions.session_id, '')
	and (sessions.session_id is not null or sessions.ended > t.began - interval '30 minutes' and sessions.began < t.ended + interval '30 minutes'));
insert into sessions (visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, engaged_ms, known, account, actor, view_known, view_account, view_actor)
select visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, engaged_ms, known, account, actor, view_known, view_account, view_actor
from tmp_tail where visitor not in (select visitor from tmp_rows);
insert into tmp_rows
select visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, engaged_ms, known, account, actor, view_known, view_account, view_actor
from tmp_tail where visitor in (select visitor from tmp_rows);
insert into sessions (visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, engaged_ms, known, account, actor, view_known, view_account, view_actor)
{read};
drop table tmp_rows

-- block clear
delete from sessions where visitor in (select visitor from tmp_moved)

-- block touched
visitor in (select visitor from tmp_moved)
