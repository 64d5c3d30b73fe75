-- Events and page views of the visitors that people who completed onboarding were, of all times.
select visitor, session_id, ts, day, 0 as is_page, cast(null as double precision) as engaged_seconds, account, actor from {events}
where visitor in (select visitor from {onboarded_visitors})
union all
select visitor, session_id, ts, day, 1, engaged_seconds, account, actor from {pages}
where visitor in (select visitor from {onboarded_visitors})
