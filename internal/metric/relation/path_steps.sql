-- What people who came past the start did, session by session: an event by its name, a page by its path. A session is told
-- by its number among a person's, and ends with a pause or where the sender's session id changes. is_repeat says that the
-- step before in the session was the same.
select person, account, ts, id, name, session, coalesce(lag(name) over (partition by person, session order by ts, id) = name, false) as is_repeat
from (
  select *, sum(is_break) over (partition by person order by ts, id rows between unbounded preceding and current row) as session
  from (
    select *, case when lag(ts) over w is null or ts - lag(ts) over w >= interval '1 minute' * {policy.session_gap_minutes}
                        or coalesce(session_id, '') <> coalesce(lag(session_id) over w, '') then 1 else 0 end as is_break
    from {path_facts}
    where person in (select person from {path_facts} where {policy.path_start(name)})
    window w as (partition by person order by ts, id)
  ) marked
) numbered
