-- What views of pages come to by day and path, from the rollup, with what came in since it was last merged.
select day, path, cast(sum(views) as bigint) as views, cast(sum(visited) as bigint) as visited, cast(sum(entries) as bigint) as entries, cast(sum(exits) as bigint) as exits, cast(sum(direct) as bigint) as direct,
       cast(sum(timed) as bigint) as timed, cast(sum(engaged_ms) as bigint) as engaged_ms, sum(engaged_squares) as engaged_squares, cast(sum(seen) as bigint) as seen, cast(sum(depth) as bigint) as depth, sum(depth_squares) as depth_squares
from {rollup_page_day} d
where day >= {lo_day} and day < {hi_day}
group by day, path
