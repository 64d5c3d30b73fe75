-- What visits are made of: page views, and what those who viewed pages did besides.
select visitor, session_id, ts, day, 1 as is_page, engaged_seconds, account, actor from {pages} where visitor <> 0
union all
select visitor, session_id, ts, day, 0, null, account, actor from {events} where visitor <> 0 and visitor in (select visitor from {pages})
