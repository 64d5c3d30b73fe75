-- What sessions are made of: events and page views, of all times, so that every session is whole.
select visitor, session_id, ts, day, 0 as is_page, cast(null as double precision) as engaged_seconds, account, actor from {events} where visitor <> 0
union all
select visitor, session_id, ts, day, 1, engaged_seconds, account, actor from {pages} where visitor <> 0
