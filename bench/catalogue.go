package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/keepwell/keepwell/internal/demo"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/postgrestest"
)

// viewed is a view of the lake that knows that it is live.
type viewed struct{ *lake.View }

func (viewed) AsOf() *time.Time { return nil }

// patience is how long a question may take: as long as a server gives it.
const patience = 10 * time.Second

// catalogue asks every metric over the made-up company, for twelve months, on both engines, and some of them beside the
// best SQL we can write by hand for the same question.
func (b *bench) catalogue() error {
	data, err := b.folder("catalogue")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	b.report.title("The whole catalogue over the made-up company, twelve monthly points")
	total, l, err := b.everyMetric(lake.Options{Path: filepath.Join(data, "lake.duckdb")})
	if err != nil {
		return err
	}
	defer l.Close()
	b.report.atMost("on DuckDB", total.Seconds(), 1.5, "s")
	if err := b.byHand(l); err != nil {
		return err
	}
	database := os.Getenv(postgrestest.Shared)
	if database == "" {
		b.report.note("on PostgreSQL: not measured; `make bench` starts one")
		return nil
	}
	database, drop, err := postgrestest.Fresh(database)
	if err != nil {
		return err
	}
	defer drop()
	total, p, err := b.everyMetric(lake.Options{URL: database})
	if errors.Is(err, context.DeadlineExceeded) { // slow is a figure too; what no goal is stated for stops nothing
		b.report.note("on PostgreSQL: %v", err)
		return nil
	}
	if err != nil {
		return err
	}
	b.report.figure("on PostgreSQL", total.Seconds(), "s", "")
	return p.Close()
}

// everyMetric loads the made-up company and asks every metric twice; the second time counts.
func (b *bench) everyMetric(o lake.Options) (time.Duration, *lake.Lake, error) {
	l, err := lake.Open(b.ctx, o)
	if err != nil {
		return 0, nil, err
	}
	until := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	cursor, lot := uint64(1), []*fact.Fact{}
	load := func() error {
		cursor++
		err := l.Load(b.ctx, lot, cursor)
		lot = nil
		return err
	}
	if err := demo.Generate(demo.Options{Seed: 1, Until: until, Zone: time.UTC}, func(facts []*fact.Fact) error {
		for _, f := range facts {
			f.Received = f.At
		}
		if lot = append(lot, facts...); len(lot) < 50_000 {
			return nil
		}
		return load()
	}); err != nil {
		return 0, nil, err
	}
	if err := load(); err != nil {
		return 0, nil, err
	}
	if err := l.Merge(b.ctx); err != nil {
		return 0, nil, err
	}
	s, err := service(l, until)
	if err != nil {
		return 0, nil, err
	}
	type took struct {
		family string
		time   time.Duration
	}
	families := map[string][]string{}
	for _, d := range s.Catalog.All() {
		families[d.Family] = append(families[d.Family], d.ID)
	}
	var all []took
	var total time.Duration
	for range 3 { // as the page of the catalogue asks: by family, all at once. The last time counts: the disk has been read then.
		all = make([]took, len(metric.Families))
		began := time.Now()
		work, ctx := errgroup.WithContext(b.ctx)
		for n, family := range metric.Families {
			work.Go(func() error {
				ctx, cancel := context.WithTimeout(ctx, patience)
				defer cancel()
				began := time.Now()
				answers, err := s.Overview(ctx, metric.Ask{From: "2025-11-01", To: "2026-11-01", Grain: "month"}, families[family])
				if errors.Is(ctx.Err(), context.DeadlineExceeded) {
					return fmt.Errorf("%s is not there after %s, when a server gives a question up: %w", family, patience, ctx.Err())
				}
				if err != nil {
					return fmt.Errorf("%s: %w", family, err)
				}
				for _, one := range answers {
					if one.Answer == nil {
						return fmt.Errorf("%s has no answer: %s", one.Metric, one.Why.Detail)
					}
				}
				all[n] = took{family, time.Since(began)}
				return nil
			})
		}
		if err := work.Wait(); err != nil {
			return 0, nil, err
		}
		total = time.Since(began)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].time > all[j].time })
	var parts []string
	for _, one := range all {
		parts = append(parts, fmt.Sprintf("%s %d ms", one.family, one.time.Milliseconds()))
	}
	b.report.note("%d metrics: %s", len(s.Catalog.All()), strings.Join(parts, ", "))
	return total, l, nil
}

func service(l *lake.Lake, now time.Time) (*metric.Service, error) {
	catalog, err := metric.Builtin()
	if err != nil {
		return nil, err
	}
	return &metric.Service{Catalog: catalog, Zone: time.UTC, Currency: "EUR", Now: func() time.Time { return now },
		Open: func(ctx context.Context, _ *time.Time) (metric.View, error) {
			v, err := l.View(ctx, nil)
			return viewed{v}, err
		}}, nil
}

// hand is a question, and SQL written for it and nothing else: the value of the whole, of the period before and of every
// month, with what its interval needs, and how the values are spread where the answer says so.
type hand struct {
	ask metric.Ask
	sql []string
}

const months = `with points as (select row_number() over (order by m) as i, m as from_ts, m + interval '1 month' as to_ts
  from generate_series(timestamp '2025-11-01', timestamp '2026-10-01', interval '1 month') g(m)
  union all select 0, timestamp '2025-11-01', timestamp '2026-11-01' union all select -1, timestamp '2024-11-01', timestamp '2025-11-01')
`

var byHand = []hand{
	{metric.Ask{Metric: "page_views", From: "2025-11-01", To: "2026-11-01", Grain: "month"}, []string{
		`with monthly as (select date_trunc('month', ts) as m, count(*) as n from fact_pages where ts >= timestamp '2024-11-01' and ts < timestamp '2026-11-01' group by 1)
		 select m, n from monthly where m >= timestamp '2025-11-01'
		 union all select null, sum(n) from monthly group by m >= timestamp '2025-11-01'`}},
	{metric.Ask{Metric: "review_rating", From: "2025-11-01", To: "2026-11-01", Grain: "month"}, []string{
		`with rated as (select date_trunc('month', ts) as m, rating / scale_max as x from fact_reviews where rating is not null and scale_max > 0 and ts >= timestamp '2024-11-01' and ts < timestamp '2026-11-01')
		 select m, avg(x), count(*), stddev(x) from rated where m >= timestamp '2025-11-01' group by 1
		 union all select null, avg(x), count(*), stddev(x) from rated group by m >= timestamp '2025-11-01'
		 union all select null, round(5 * x), count(*), null from rated where m >= timestamp '2025-11-01' group by round(5 * x)`}},
	{metric.Ask{Metric: "pages_per_session", From: "2025-11-01", To: "2026-11-01", Grain: "month"}, []string{
		`with monthly as (select date_trunc('month', first_view) as m, sum(views) as v, sum(views * views) as q, count(*) as n from sessions
		   where views > 0 and first_view >= timestamp '2024-11-01' and first_view < timestamp '2026-11-01' group by 1)
		 select m, v, q, n from monthly where m >= timestamp '2025-11-01'
		 union all select null, sum(v), sum(q), sum(n) from monthly group by m >= timestamp '2025-11-01'`}},
	{metric.Ask{Metric: "dau", From: "2025-11-01", To: "2026-11-01", Grain: "day"}, []string{
		`select day, count(distinct coalesce(p.person, u.actor)) from ` + userDays + ` u left join persons p on p.actor = u.actor
		 where day >= date '2025-11-01' and day < date '2026-11-01' and coalesce(p.person, u.actor) > 0 group by 1 order by 1`}},
	{metric.Ask{Metric: "mau", From: "2025-11-01", To: "2026-11-01", Grain: "month"}, []string{months +
		`select p.i, count(distinct coalesce(w.person, u.actor)) from points p join ` + userDays + ` u on u.day >= cast(p.to_ts - interval '30 days' as date) and u.day < cast(p.to_ts as date)
		 left join persons w on w.actor = u.actor where coalesce(w.person, u.actor) > 0 group by p.i`}},
}

// userDays is the rollup of who was active on which day.
const userDays = "user_day"

// byHand measures our answer beside the same question asked with SQL of its own, on the same view.
func (b *bench) byHand(l *lake.Lake) error {
	s, err := service(l, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		return err
	}
	for _, h := range byHand {
		var ours, theirs []time.Duration
		for range 15 {
			began := time.Now()
			if _, err := s.Answer(b.ctx, h.ask); err != nil {
				return err
			}
			ours = append(ours, time.Since(began))
			began = time.Now()
			if err := asked(b.ctx, l, h.sql); err != nil {
				return fmt.Errorf("%s by hand: %w", h.ask.Metric, err)
			}
			theirs = append(theirs, time.Since(began))
		}
		mine, best := quantile(ours, 0.5), quantile(theirs, 0.5)
		b.report.figure(h.ask.Metric+" beside SQL by hand, median of 15", mine/best, "×", fmt.Sprintf("%s (goal: at most 1.3; %.1f and %.1f ms)", verdict(mine <= 1.3*best), mine, best))
	}
	return nil
}

// asked asks by hand, and reads all rows.
func asked(ctx context.Context, l *lake.Lake, queries []string) error {
	v, err := l.View(ctx, nil)
	if err != nil {
		return err
	}
	defer v.Close()
	for _, query := range queries {
		rows, err := v.Query(ctx, query)
		if err != nil {
			return err
		}
		for rows.Next() {
		}
		if err := rows.Err(); err != nil {
			return err
		}
		rows.Close()
	}
	return nil
}
