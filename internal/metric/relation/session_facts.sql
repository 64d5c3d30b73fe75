-- What sessions are made of: page views and events of the visitors and session ids that {1} has, from two days before the
-- points to two days after; who comes back is looked for until now.
select visitor, ts, account, person, session_id, 1 as is_page, engaged_seconds from {pages}
where visitor <> 0 and ts >= {lo} - interval '2 days' and (ts < {hi} + interval '2 days' or '{1}' = 'onboarded_visitors')
  and (visitor, coalesce(session_id, '')) in (select visitor, coalesce(session_id, '') from {{1}})
union all
select visitor, ts, account, person, session_id, 0, null from {events}
where visitor <> 0 and ts >= {lo} - interval '2 days' and (ts < {hi} + interval '2 days' or '{1}' = 'onboarded_visitors')
  and (visitor, coalesce(session_id, '')) in (select visitor, coalesce(session_id, '') from {{1}})
