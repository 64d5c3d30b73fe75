-- sessions: what one visitor did without a pause of half an hour, or under one session id when the sender gave one; pages
-- and events alike. began and ended are its first and last fact, first_view and last_view its first and last page view
-- (null where there is none), day and view_day the days on which it
-- and its views began, left_day that of the last view, engaged_ms what its views say they were looked at, in thousandths of a second. account and
-- actor are those of its first fact that has an account, or else of its first, view_account and view_actor those of its
-- first view by the same rule; known and view_known put facts into that order: the instant in microseconds, behind all
-- others (2^52) where there is no account. A fact more can lengthen a session or join two, never part one, so what is
-- merged late gives the same sessions. The pause is the default of the policy session_gap_minutes.
-- page_day adds up by day and path what the views of sessions tell that no view tells alone: how many there were (views, visited
-- those of somebody), began a session (entries, direct those that came from nowhere known) or ended one (exits); how many
-- have a time (timed) and what these come to, in thousandths of a second; and of sessions by the day of their first view, how many
-- visits to a page say how far down it was seen (seen) and what these come to, in thousandths of a percent.

-- block create
create table if not exists sessions (visitor integer, session_id varchar, began timestamp, ended timestamp, day date, views bigint, events bigint, first_view timestamp, last_view timestamp, view_day date, left_day date,
	engaged_ms bigint, known bigint, account integer, actor integer, view_known bigint, view_account integer, view_actor integer);
create table if not exists page_day (day date, path varchar, views bigint, visited bigint, entries bigint, exits bigint, direct bigint, timed bigint, engaged_ms bigint, engaged_squares decimal(38,0),
	seen bigint, depth bigint, depth_squares decimal(38,0))

-- block index
create index if not exists sessions_visitor on sessions (visitor, began);
create index if not exists sessions_began on sessions (began);
create index if not exists page_day_day on page_day (day)

-- block columns
visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, left_day, engaged_ms, known, account, actor, view_known, view_account, view_actor

-- block parts
-- Facts of a visitor within the same half hour of the clock are of one session whatever lies between them, so they make
-- one row, by account and actor: the order of every single fact is never asked for.
select visitor, session_id, min(ts) as began, max(ts) as ended, min(day) as day, cast(sum(is_page) as bigint) as views, cast(sum(1 - is_page) as bigint) as events,
	min(view_ts) as first_view, max(view_ts) as last_view, min(view_day) as view_day, max(view_day) as left_day, cast(sum(engaged_ms) as bigint) as engaged_ms,
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
select visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, left_day, engaged_ms,
	cast(cast(first_fact - mod(first_fact, 18446744073709551616) as double precision) / 18446744073709551616 as bigint) as known,
	cast(mod(first_fact, 4294967296) as integer) as account,
	cast(cast(mod(first_fact, 18446744073709551616) - mod(first_fact, 4294967296) as double precision) / 4294967296 - 2147483648 as integer) as actor,
	cast(cast(first_seen - mod(first_seen, 18446744073709551616) as double precision) / 18446744073709551616 as bigint) as view_known,
	cast(mod(first_seen, 4294967296) as integer) as view_account,
	cast(cast(mod(first_seen, 18446744073709551616) - mod(first_seen, 4294967296) as double precision) / 4294967296 - 2147483648 as integer) as view_actor
from (
	select visitor, session_id, min(began) as began, max(ended) as ended, min(day) as day, cast(sum(views) as bigint) as views, cast(sum(events) as bigint) as events,
		min(first_view) as first_view, max(last_view) as last_view, min(view_day) as view_day, max(left_day) as left_day, cast(sum(engaged_ms) as bigint) as engaged_ms,
		min(cast(known as decimal(38,0)) * 18446744073709551616 + cast(actor + cast(2147483648 as bigint) as decimal(38,0)) * 4294967296 + account) as first_fact,
		min(cast(view_known as decimal(38,0)) * 18446744073709551616 + cast(view_actor + cast(2147483648 as bigint) as decimal(38,0)) * 4294967296 + view_account) as first_seen
	from (
		select visitor, session_id, 0 as nth, began, ended, day, views, events, first_view, last_view, view_day, left_day, engaged_ms, known, account, actor, view_known, view_account, view_actor
		from {rows} r where session_id is not null
		union all
		select visitor, session_id, sum(is_start) over (partition by visitor order by began) as nth,
			began, ended, day, views, events, first_view, last_view, view_day, left_day, engaged_ms, known, account, actor, view_known, view_account, view_actor
		from (
			select r.*, case when max(ended) over (partition by visitor order by began rows between unbounded preceding and 1 preceding) > began - interval '30 minutes' then 0 else 1 end as is_start
			from {rows} r where session_id is null
		) marked
	) numbered
	group by visitor, session_id, nth
) found

-- block sums page_day
-- Of sessions with their views, and of views of nobody. A view is found
-- by its session's day, which databases do fastest; few sessions have views on others.
with told as (
	select s.visitor, s.session_id, s.first_view, s.view_day, v.day, v.ts, v.id, v.path, v.url, v.referrer, v.utm_source, v.utm_medium, v.utm_campaign, v.engaged_seconds, v.scroll_depth
	from {visits} s join fact_pages v on v.visitor = s.visitor and v.day = s.view_day and coalesce(v.session_id, '') = coalesce(s.session_id, '')
	where v.seq <= {upto} and v.ts >= s.first_view and v.ts <= s.last_view
	union all
	select s.visitor, s.session_id, s.first_view, s.view_day, v.day, v.ts, v.id, v.path, v.url, v.referrer, v.utm_source, v.utm_medium, v.utm_campaign, v.engaged_seconds, v.scroll_depth
	from {visits} s join fact_pages v on v.visitor = s.visitor and coalesce(v.session_id, '') = coalesce(s.session_id, '')
	where v.seq <= {upto} and s.left_day > s.view_day and v.day > s.view_day and v.ts >= s.first_view and v.ts <= s.last_view
), placed as (
	select visitor, session_id, first_view, view_day, day, path, is_direct, depth, case when before_ts is null then 1 else 0 end as is_entry, case when next_ts is null then 1 else 0 end as is_exit,
		coalesce(engaged_ms, case when next_ts < ts + case when session_id is null then interval '30 minutes' else interval '2 days' end
			then cast(round(cast(extract(epoch from next_ts - ts) as double precision) * 1000) as bigint) end) as ms
	from (
		select visitor, session_id, first_view, view_day, day, ts, path, cast(round(engaged_seconds * 1000) as bigint) as engaged_ms, cast(round(scroll_depth * 1000) as bigint) as depth,
			case when coalesce(nullif(split_part(referrer, '/', 3), ''), referrer, '') in ('', coalesce(split_part(url, '/', 3), '')) and utm_source is null and utm_medium is null and utm_campaign is null
				then 1 else 0 end as is_direct,
			lag(ts) over (partition by visitor, session_id, first_view order by ts, id) as before_ts, lead(ts) over (partition by visitor, session_id, first_view order by ts, id) as next_ts
		from told
	) ordered
)
select day, path, cast(sum(views) as bigint) as views, cast(sum(visited) as bigint) as visited, cast(sum(entries) as bigint) as entries, cast(sum(exits) as bigint) as exits, cast(sum(direct) as bigint) as direct,
	cast(sum(timed) as bigint) as timed, cast(sum(engaged_ms) as bigint) as engaged_ms, cast(sum(engaged_squares) as decimal(38,0)) as engaged_squares,
	cast(sum(seen) as bigint) as seen, cast(sum(depth) as bigint) as depth, cast(sum(depth_squares) as decimal(38,0)) as depth_squares
from (
	select day, path, count(*) as views, count(*) as visited, sum(is_entry) as entries, sum(is_exit) as exits, sum(is_entry * is_direct) as direct,
		count(ms) as timed, coalesce(sum(ms), 0) as engaged_ms, coalesce(sum(cast(ms as decimal(19,0)) * cast(ms as decimal(19,0))), 0) as engaged_squares,
		0 as seen, 0 as depth, cast(0 as decimal(38,0)) as depth_squares
	from placed group by day, path
	union all
	select view_day, path, 0, 0, 0, 0, 0, 0, 0, 0, count(*), sum(deepest), sum(cast(deepest as decimal(19,0)) * cast(deepest as decimal(19,0)))
	from (select view_day, path, max(depth) as deepest from placed where depth is not null group by visitor, session_id, first_view, view_day, path) of_visits
	group by view_day, path
	union all
	select day, path, count(*), 0, 0, 0, 0, count(ms), coalesce(sum(ms), 0), coalesce(sum(cast(ms as decimal(19,0)) * cast(ms as decimal(19,0))), 0), 0, 0, 0
	from (select day, path, cast(round(engaged_seconds * 1000) as bigint) as ms from fact_pages where visitor = 0 and {strays}) of_nobody
	group by day, path
) parts
group by day, path

-- block less
day, path, -views as views, -visited as visited, -entries as entries, -exits as exits, -direct as direct, -timed as timed, -engaged_ms as engaged_ms, -engaged_squares as engaged_squares,
	-seen as seen, -depth as depth, -depth_squares as depth_squares

-- block met
exists (select 1 from {tail} t where t.visitor = s.visitor and coalesce(t.session_id, '') = coalesce(s.session_id, '')
	and (s.session_id is not null or s.ended > t.began - interval '30 minutes' and s.began < t.ended + interval '30 minutes'))

-- block merge
create temp table tmp_rows as
select s.visitor, s.session_id, s.began, s.ended, s.day, s.views, s.events, s.first_view, s.last_view, s.view_day, s.left_day, s.engaged_ms, s.known, s.account, s.actor, s.view_known, s.view_account, s.view_actor
from sessions s
where {met};
create temp table tmp_visits as
select visitor, session_id, first_view, last_view, view_day, left_day from tmp_rows where views > 0 and {mark} < {upto};
create temp table tmp_sum as
select {less}
from ({sums before}) b;
delete from sessions as s where {met};
create temp table tmp_made as
select visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, left_day, engaged_ms, known, account, actor, view_known, view_account, view_actor
from tmp_tail where visitor not in (select visitor from tmp_rows);
insert into tmp_rows
select visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, left_day, engaged_ms, known, account, actor, view_known, view_account, view_actor
from tmp_tail where visitor in (select visitor from tmp_rows);
insert into tmp_made (visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, left_day, engaged_ms, known, account, actor, view_known, view_account, view_actor)
{read};
insert into sessions (visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, left_day, engaged_ms, known, account, actor, view_known, view_account, view_actor)
select visitor, session_id, began, ended, day, views, events, first_view, last_view, view_day, left_day, engaged_ms, known, account, actor, view_known, view_account, view_actor from tmp_made;
delete from tmp_visits;
insert into tmp_visits (visitor, session_id, first_view, last_view, view_day, left_day)
select visitor, session_id, first_view, last_view, view_day, left_day from tmp_made where views > 0 and {mark} < {upto};
insert into tmp_sum (day, path, views, visited, entries, exits, direct, timed, engaged_ms, engaged_squares, seen, depth, depth_squares)
select day, path, views, visited, entries, exits, direct, timed, engaged_ms, engaged_squares, seen, depth, depth_squares from ({sums after}) a;
insert into tmp_sum (day, path, views, visited, entries, exits, direct, timed, engaged_ms, engaged_squares, seen, depth, depth_squares)
select p.day, p.path, p.views, p.visited, p.entries, p.exits, p.direct, p.timed, p.engaged_ms, p.engaged_squares, p.seen, p.depth, p.depth_squares from page_day p
where exists (select 1 from tmp_sum t where t.day = p.day and coalesce(t.path, '') = coalesce(p.path, ''));
delete from page_day as p
where exists (select 1 from tmp_sum t where t.day = p.day and coalesce(t.path, '') = coalesce(p.path, ''));
insert into page_day (day, path, views, visited, entries, exits, direct, timed, engaged_ms, engaged_squares, seen, depth, depth_squares)
select day, path, sum(views), sum(visited), sum(entries), sum(exits), sum(direct), sum(timed), sum(engaged_ms), sum(engaged_squares), sum(seen), sum(depth), sum(depth_squares)
from tmp_sum group by day, path having sum(views) <> 0 or sum(seen) <> 0;
drop table tmp_sum;
drop table tmp_visits;
drop table tmp_made;
drop table tmp_rows

-- block clear
delete from sessions where visitor in (select visitor from tmp_moved)

-- block touched
visitor in (select visitor from tmp_moved)
