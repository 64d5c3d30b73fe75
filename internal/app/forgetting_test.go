package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keepwell/keepwell/internal/log"
	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

func TestAChangeForgetsWhatNumbersRestOn(t *testing.T) {
	for _, c := range []struct {
		method, path string
		forgotten    bool
	}{
		{"GET", "/metrics/nps", false}, {"POST", "/settings/policies/trial", true}, {"POST", "/segments", true}, {"PATCH", "/api/v1/segments/7", true},
		{"POST", "/v1/batch", false}, {"POST", "/v1/batch?wait=loaded", true}, {"POST", "/api/v1/facts/events", false}, {"POST", "/api/v1/facts/events?wait=loaded", true},
		{"POST", "/signin", false}, {"POST", "/accounts/bulk", false}, {"DELETE", "/anything/new", true},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := memory.New(memory.ByCost, time.Now, func() log.Position { return 0 }, func(err error) { t.Error(err) })
			found := 0
			ask := func() (int, error) {
				return memory.Remember(context.Background(), m, "how many", func(context.Context) (int, error) { found++; return found, nil })
			}
			if _, err := ask(); err != nil {
				t.Fatal(err)
			}
			forgetting(m, http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(c.method, c.path, nil))
			if n, err := ask(); err != nil || (n == 2) != c.forgotten {
				t.Errorf("%s %s: found %d times, %v", c.method, c.path, n, err)
			}
		})
	}
}

func TestWhoSeesOtherAccountsIsAnsweredApart(t *testing.T) {
	mine := team.WithPrincipal(context.Background(), team.Principal{Book: []string{"Ana"}})
	yours := team.WithPrincipal(context.Background(), team.Principal{Book: []string{"Dan"}})
	ask := metric.Ask{Metric: "nps", Set: map[string]string{"a": "1", "b": "2"}}
	other := ask
	other.Metric, other.Variant = "np", "s"
	if seenBy(mine, "answer", ask) == seenBy(yours, "answer", ask) || seenBy(mine, "answer", ask) == seenBy(mine, "answer", other) {
		t.Error("two questions have one key")
	}
	same := ask
	same.Set = map[string]string{"b": "2", "a": "1"}
	if seenBy(mine, "answer", ask) != seenBy(mine, "answer", same) {
		t.Error("one question has two keys")
	}
}
