package metric_test

import (
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/metric"
)

// factsOf are the facts of a definition's example.
func factsOf(t *testing.T, e metric.Example) []row {
	t.Helper()
	var rows []row
	for _, given := range e.Facts {
		times, ok := given["times"].(int)
		if !ok {
			times = 1
		}
		for i := range times {
			r := row{at: on("2026-05-10"), f: set{}}
			for name, v := range given {
				if text, isText := v.(string); isText {
					v = strings.ReplaceAll(text, "#", fmt.Sprint(i+1))
				}
				switch name {
				case "fact":
					r.kind = v.(string)
				case "at":
					if day, isDay := v.(time.Time); isDay {
						r.at = day
					} else {
						r.at = on(v.(string))
					}
				case "account":
					r.account = v.(string)
				case "user":
					r.user = v.(string)
				case "times":
				default:
					r.f[name] = v
				}
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// What the documentation works out by hand comes out of the facts that it states.
func TestTheExamplesOfDefinitionsComeOut(t *testing.T) {
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range catalog.All() {
		if len(d.Examples) == 0 {
			t.Errorf("%s has no worked example", d.ID)
		}
		for n, e := range d.Examples {
			t.Run(fmt.Sprint(d.ID, n+1), func(t *testing.T) {
				t.Parallel()
				l, s := serving(t, "duckdb") // both engines are asked by the tests beside the families
				rows := factsOf(t, e)
				for i := range rows {
					rows[i].seq = i + 1
				}
				all, err := facts(rows)
				if err != nil {
					t.Fatal(err)
				}
				if err := l.Load(t.Context(), all, 1); err != nil {
					t.Fatal(err)
				}
				a := metric.Ask{Metric: d.ID, Variant: e.Variant, From: "2026-05-01", To: "2026-06-01", Set: maps.Clone(e.Set)}
				if e.From != "" {
					a.From = e.From
				}
				got := ask(t, s, a)
				value := got.Value
				if e.Group != "" {
					value = nil
					for _, g := range got.Groups {
						if g.Key != nil && *g.Key == e.Group {
							value = g.Value
						}
					}
				}
				if value == nil || math.Abs(value.Float-e.Value) > 1e-9 {
					t.Errorf("%s: %s, want %v", e.Text, said(got), e.Value)
				}
			})
		}
	}
}
