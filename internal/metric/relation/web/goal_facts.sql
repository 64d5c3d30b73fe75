-- Events and page views that are goals.
select e.visitor, e.session_id, e.ts, e.person from {events} e where {policy.goals(e.name)}
union all
select v.visitor, v.session_id, v.ts, v.person from {pages} v where {policy.goals(v.path)}
