-- Events and page views of the visitors that people who completed onboarding were, until now.
select visitor, ts, account, person, session_id, 0 as is_page from {events}
where visitor in (select visitor from {onboarded_visitors}) and ts >= {lo} - interval '2 days'
union all
select visitor, ts, account, person, session_id, 1 from {pages}
where visitor in (select visitor from {onboarded_visitors}) and ts >= {lo} - interval '2 days'
