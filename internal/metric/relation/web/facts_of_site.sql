-- What visits are made of: page views, and what those who viewed pages did besides; of visitors alone who viewed one since the
-- points begin, since no other visit reaches into them.
select visitor, session_id, ts, day, 1 as is_page, engaged_seconds, account, actor from {pages} where visitor in (select visitor from {pages} where visitor <> 0 and ts >= {lo})
union all
select visitor, session_id, ts, day, 0, null, account, actor from {events} where visitor in (select visitor from {pages} where visitor <> 0 and ts >= {lo})
