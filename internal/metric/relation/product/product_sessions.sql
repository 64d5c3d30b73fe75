-- Sessions in which something was done, by whomever.
select * from {sessions(everyone)} s where s.events > 0 and s.began < {hi}
