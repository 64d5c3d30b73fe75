-- What sessions are made of: events and page views, from two days before the points to two days after, so that a session
-- across the edge of the period is whole.
select visitor, ts, account, person, session_id, 0 as is_page from {events}
where visitor <> 0 and ts >= {lo} - interval '2 days' and ts < {hi} + interval '2 days'
union all
select visitor, ts, account, person, session_id, 1 from {pages}
where visitor <> 0 and ts >= {lo} - interval '2 days' and ts < {hi} + interval '2 days'
