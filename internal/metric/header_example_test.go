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
	n := 0
	for _, d := range catalog.All() {
		for _, e := range d.Examples {
			n++
			t.Run(fmt.Sprint(d.ID, n), func(t *testing.T) {
				l, s := serving(t, "duckdb") // both engines are asked by the tests beside the families
				rows := factsOf(t, e)
				for i := range rows {
					rows[i].seq = i + 1
				}
				load(t, l, rows)
				a := metric.Ask{Metric: d.ID, Variant: e.Variant, From: "2026-05-01", To: "2026-06-01", Set: maps.Clone(e.Set)}
				if e.From != "" {
					a.From = e.From
				}
				if got := ask(t, s, a); got.Value == nil || math.Abs(got.Value.Float-e.Value) > 1e-9 {
					t.Errorf("%s: %s, want %v", e.Text, said(got), e.Value)
				}
			})
		}
	}
	if n < 15 {
		t.Errorf("only %d examples", n)
	}
}
