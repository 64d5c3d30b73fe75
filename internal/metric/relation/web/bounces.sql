-- Visits, and which of them bounced.
-- when bounce = no_interaction
select s.*, case when s.views = 1 and s.events = 0 then 1 else 0 end as bounced from {site_visits} s
-- end
-- when bounce = single_page
select s.*, case when s.views = 1 then 1 else 0 end as bounced from {site_visits} s
-- end
-- when bounce = engaged
select * from {unengaged_visits}
-- end
