-- at any instant
-- The same from the rollup: of everybody, whoever is asked about.
select * from {rollup_sessions} s
