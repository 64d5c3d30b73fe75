-- Sessions of {1} that had not ended before the points: what one visitor did without a pause of so many minutes, or under
-- one session id when the sender gave one. A session belongs to the instant at which it began, and to the account and
-- person of its first fact that has an account, or else of its first.
select s.visitor, s.session_id, s.began, s.ended, s.day, s.views, s.events, s.account, coalesce(pp.person, s.actor) as person
from {session_rows({1})} s
left join {persons} pp on pp.actor = s.actor
where s.ended >= {lo}
