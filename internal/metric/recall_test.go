package metric_test

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/metric"
)

// TestWhatIsRememberedOfThePastIsWhatIsReadAnew reads a random company's past by some measures, then by others too, beside a
// reader that remembers nothing; then a policy changes, which must make all of it be read anew.
func TestWhatIsRememberedOfThePastIsWhatIsReadAnew(t *testing.T) {
	t.Parallel()
	left, known := 3, 0
	rapid.Check(t, func(rt *rapid.T) {
		if left--; left < 0 {
			return
		}
		rows := richCompany(rt)
		if len(rows) == 0 {
			return
		}
		l, s := serving(t, "duckdb")
		defer l.Close()
		load(rt, l, rows)
		along, conventions, opened := "", metric.Conventions{}, 0
		s.Conventions = func(context.Context) (metric.Conventions, error) { return conventions, nil }
		plain := *s
		open := s.Open
		s.Open = func(ctx context.Context, asOf *time.Time) (metric.View, error) { opened++; return open(ctx, asOf) }
		r := &metric.Recall{Service: s, Along: func(context.Context) (string, error) { return along, nil }}
		ask := metric.ReadingAsk{At: dawn.AddDate(0, 0, 90), Known: true, Segments: []string{"plan = team"}}
		for _, one := range counts {
			ask.Readings = append(ask.Readings, one.reading)
		}
		same := func(what string, a metric.ReadingAsk, wants int) {
			rt.Helper()
			opened = 0
			want, err := plain.Read(t.Context(), a)
			got, err2 := r.Read(t.Context(), a)
			if err != nil || err2 != nil {
				rt.Fatal(what, err, err2)
			}
			if len(got.Members) != len(want.Members) || len(got.Columns) != len(want.Columns) || !slices.Equal(got.IDs, want.IDs) {
				rt.Fatalf("%s: %+v, want %+v", what, got, want)
			}
			alike(rt, what, a.Readings, want, got, len(want.IDs))
			if len(a.Segments) > 0 && len(want.IDs) > 0 && !reflect.DeepEqual(got.Members, want.Members) {
				rt.Fatalf("%s: %v, want %v", what, got.Members, want.Members)
			}
			known = max(known, len(want.IDs))
			if opened != wants {
				rt.Fatalf("%s: read %d times, want %d", what, opened, wants)
			}
		}
		some := ask
		some.Readings, some.Segments = ask.Readings[2:5], nil
		same("the first time", some, 1)
		same("with more measures", ask, 1)
		same("the same again", ask, 0)
		same("fewer", some, 0)
		conventions = metric.Conventions{"past_due": "excluded"}
		same("with another policy", ask, 1)
		along = "more"
		same("after more history came along", ask, 1)
		ask.Known = false
		same("as known today", ask, 1)
		ask.Known, ask.Accounts = true, []account.Account{}
		same("of some accounts", ask, 1)
	})
	if known == 0 {
		t.Error("nothing was known of anybody")
	}
}
