-- When people and visitors first viewed a page.
select person, min(ts) as first_seen from {pages} group by person
