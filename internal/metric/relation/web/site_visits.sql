-- materialized
-- Visits: the sessions in which a visitor viewed pages. A visit belongs to the instant and day of its first page view (began,
-- day), and to the account and person of the first view that has an account, or else of the first. ended is its last fact,
-- but with a session id its last view; events keep a visit alive, but neither begin nor end one.
select s.visitor, s.session_id, s.first_view as began, s.view_day as day, s.last_view, case when s.session_id is null then s.ended else s.last_view end as ended,
       s.views, s.events, 1.0 * s.engaged_ms / 1000 as engaged_seconds, s.view_account as account,
-- when person = told
       coalesce(pp.person, s.view_actor) as person
-- end
-- when person = left
       s.view_actor as person
-- end
from {session_rows(site)} s
-- when person = told
left join {persons} pp on pp.actor = s.view_actor
-- end
where s.views > 0 and s.last_view >= {lo} and s.first_view < {hi}
