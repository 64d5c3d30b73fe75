-- not materialized
-- The events and pages that paths are made of, from two days before the points to two days after.
select person, account, ts, id, name, session_id from {events}
where person <> 0 and ts >= {lo} - interval '2 days' and ts < {hi} + interval '2 days' and {policy.path_of} in ('both', 'events')
union all
select person, account, ts, id, path, session_id from {pages}
where person <> 0 and path is not null and ts >= {lo} - interval '2 days' and ts < {hi} + interval '2 days' and {policy.path_of} in ('both', 'pages')
