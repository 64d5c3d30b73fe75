-- 0 to 9, to count with.
select * from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as d(k)
