-- Days on which a known person was active, of all times; a day may be there twice.
select e.day, e.account, e.person from {events} e where e.person > 0 and {policy.active_events(e.name)}
