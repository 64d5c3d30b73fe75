package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/lake"
)

const (
	accounts = 5_000
	users    = 100_000
	span     = 180 * 24 * time.Hour
	session  = 10 // events that somebody does in one go
)

var features = func() (names []string) {
	for i := range 40 {
		names = append(names, "feature "+strconv.Itoa(i))
	}
	return names
}()

// questions asks what people ask most, over many events of half a year, through the running server.
func (b *bench) questions() error {
	data, err := b.folder("questions")
	if err != nil {
		return err
	}
	b.report.title("Questions over %s events", number(float64(b.scale.events)))
	if _, err := os.Stat(filepath.Join(data, "lake.duckdb")); err != nil { // a folder that is kept may have it from another run
		if err := b.fill(data); err != nil {
			return err
		}
	}
	if !b.kept {
		defer os.RemoveAll(data)
	}
	key, err := b.key(data, "read")
	if err != nil {
		return err
	}
	s, err := b.serve(data)
	if err != nil {
		return err
	}
	defer s.stop()
	b.report.atMost("from the start until ready", s.ready.Seconds(), 1, "s")
	// For a few seconds after the start the server reads the ids of all facts, beside answering; that is not measured here.
	if err := s.settle(); err != nil {
		return err
	}
	day := time.Now().UTC().Truncate(24 * time.Hour)
	period := "from=" + day.AddDate(0, 0, -180).Format(time.DateOnly) + "&to=" + day.Format(time.DateOnly)
	month := "from=" + day.AddDate(0, 0, -30).Format(time.DateOnly) + "&to=" + day.Format(time.DateOnly)
	one := "&segment=" + url.QueryEscape(`account_id = account-17`)
	for _, q := range []struct{ what, path string }{
		{"daily active users, 180 days", "dau?grain=day&" + period},
		{"weekly active users, 180 days", "wau?grain=day&" + period},
		{"monthly active users, 180 days", "mau?grain=day&" + period},
		{"adoption of every feature, 30 days", "feature_usage?" + month},
		{"one account's active users, 180 days", "dau?grain=day&" + period + one},
		{"one account's features, 180 days", "feature_usage?" + period + one},
	} {
		var took []time.Duration
		for range 9 {
			t, _, err := s.get("/api/v1/metrics/"+q.path, key)
			if err != nil {
				return err
			}
			took = append(took, t)
		}
		b.report.atMost(q.what+", median of 9", quantile(took, 0.5), float64(b.scale.answer.Milliseconds()), "ms")
	}
	held, err := s.memory("VmRSS")
	if err != nil {
		return err
	}
	b.report.figure("memory of the server after that", held/1e6, "MB", "")
	return s.stop()
}

// fill writes events straight into the lake of a data folder: half a year of them up to now, in the order of time. Users
// come as they do in life: for a session of ten events or so, a few very often, most now and then.
func (b *bench) fill(data string) error {
	l, err := lake.Open(b.ctx, lake.Options{Path: filepath.Join(data, "lake.duckdb")})
	if err != nil {
		return err
	}
	defer l.Close()
	began, begin := time.Now(), time.Now().UTC().Add(-span)
	cursor := uint64(1)
	if err := l.Load(b.ctx, traits(begin), cursor); err != nil {
		return err
	}
	chance := rand.New(rand.NewPCG(10, 100))
	often := rand.NewZipf(chance, 1.1, 50, users-1)
	const batch = 100_000
	facts := make([]*fact.Fact, 0, batch)
	user := 0
	for i := range b.scale.events {
		if chance.IntN(session) == 0 {
			user = int(often.Uint64())
		}
		at := begin.Add(time.Duration(float64(span) * float64(i) / float64(b.scale.events))).UnixMicro()
		f := &fact.Fact{Kind: fact.Events, ID: fact.IDFor(fact.Events, "bench", strconv.Itoa(i)), At: at, Received: at, Source: "bench",
			Account: "account-" + strconv.Itoa(user%accounts), User: "user-" + strconv.Itoa(user), Values: make([]fact.Value, len(fact.Events.Columns))}
		f.Set("name", fact.TextValue(features[min(chance.IntN(len(features)), chance.IntN(len(features)))]))
		if facts = append(facts, f); len(facts) < batch && i < b.scale.events-1 {
			continue
		}
		cursor++
		if err := l.Load(b.ctx, facts, cursor); err != nil {
			return err
		}
		if facts = facts[:0]; cursor%4 == 0 {
			if err := l.Merge(b.ctx); err != nil {
				return err
			}
		}
		if err := b.ctx.Err(); err != nil {
			return err
		}
	}
	if err := l.Merge(b.ctx); err != nil {
		return err
	}
	if err := l.Checkpoint(b.ctx); err != nil {
		return err
	}
	took := time.Since(began)
	b.report.figure("loading them (rollups included)", float64(b.scale.events)/took.Seconds(), "rows/s", "")
	if info, err := os.Stat(filepath.Join(data, "lake.duckdb")); err == nil {
		b.report.figure("disk they take", float64(info.Size())/1e6, "MB", fmt.Sprintf("%.0f bytes an event", float64(info.Size())/float64(b.scale.events)))
	}
	return nil
}

// traits are the accounts themselves.
func traits(at time.Time) []*fact.Fact {
	return slices.Collect(func(yield func(*fact.Fact) bool) {
		for i := range accounts {
			f := &fact.Fact{Kind: fact.Accounts, ID: fact.IDFor(fact.Accounts, "bench", strconv.Itoa(i)), At: at.UnixMicro(), Received: at.UnixMicro(), Source: "bench",
				Account: "account-" + strconv.Itoa(i), Values: make([]fact.Value, len(fact.Accounts.Columns))}
			f.Set("name", fact.TextValue("Account "+strconv.Itoa(i)))
			if !yield(f) {
				return
			}
		}
	})
}
