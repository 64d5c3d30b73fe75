-- Events with which somebody completed onboarding.
select e.visitor, e.session_id, e.ts, e.person, e.account, e.id from {events} e where {policy.onboarding_event(e.name)}
