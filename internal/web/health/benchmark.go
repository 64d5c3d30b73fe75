package health

import (
	"net/http"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// held is what an account's health is held against.
type held struct {
	health.Benchmark
	Of     string // what peers share, in words
	Untold []string
	Above  int // of a hundred peers, how many have a lower score
}

// Benchmark answers with an account's own past, accounts like it, and the target.
func (a *Area) Benchmark(w http.ResponseWriter, r *http.Request) error {
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return err
	}
	b, err := a.Clinic.HealthBenchmark(r.Context(), customers, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := &held{Benchmark: b, Of: i18n.T(ui.Lang(r), "benchmark.everybody")}
	for _, u := range b.Unread {
		v.Untold = append(v.Untold, i18n.T(ui.Lang(r), "benchmark.unread", "segment", u.Segment, "why", fault.In(u.Why, i18n.Refusal(ui.Lang(r))).Error()))
	}
	if p := b.Peers; p != nil {
		v.Above = (100*p.Below + p.N/2) / p.N
		if len(p.By) > 0 {
			var shared []string
			for _, by := range p.By {
				shared = append(shared, ui.Dimension(ui.Lang(r), by))
			}
			v.Of = i18n.T(ui.Lang(r), "benchmark.same", "what", strings.Join(shared, " + "))
		}
	}
	return a.Pages.Part(w, r, "health/benchmark", "benchmark", v)
}
