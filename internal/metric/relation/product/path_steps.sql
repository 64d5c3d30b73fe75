-- What people who came past the start did, session by session: an event by its name, a page by its path; doing the same again
-- is no step. A session is told by its number among a person's, and ends with a pause or where the sender's session id
-- changes. pos numbers a person's steps, before_name and after_name are the steps beside it in the session.
select person, account, ts, id, name, sum(is_break) over (partition by person order by ts, id rows between unbounded preceding and current row) as session,
       row_number() over w as pos, case when is_break = 0 then lag(name) over w end as before_name, case when lead(is_break) over w = 0 then lead(name) over w end as after_name
from (
  select person, account, ts, id, name, is_break
  from (
    select person, account, ts, id, name, lag(name) over w as last_name,
           case when lag(ts) over w is null or ts - lag(ts) over w >= interval '1 minute' * {policy.session_gap_minutes}
                     or coalesce(session_id, '') <> coalesce(lag(session_id) over w, '') then 1 else 0 end as is_break
    from {path_facts}
    where person in (select person from {path_facts} where {policy.path_start(name)})
    window w as (partition by person order by ts, id)
  ) told
  where is_break = 1 or last_name <> name
) steps
window w as (partition by person order by ts, id)
