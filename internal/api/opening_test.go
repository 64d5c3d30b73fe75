package api

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

func TestANumberIsOpenedAsItWasAsked(t *testing.T) {
	h := newHouse(t)
	group := ""
	ask := metric.Ask{Metric: "nps", From: "2026-01-01", By: "plan", Set: map[string]string{}, Lang: i18n.EN}
	for _, c := range []struct {
		path string
		want any
		says string
	}{
		{"/api/v1/metrics/nps/facts?from=2026-01-01&by=plan&group_unknown=true&excluded=late&limit=7&cursor=x", metric.Opening{Ask: ask, Group: &group, Excluded: "late", Limit: 7, Cursor: "x"}, `"rows":[{"key":{"account":"=1+1"}`},
		{"/api/v1/metrics/nps/facts?from=2026-01-01&by=plan&format=csv", metric.Opening{Ask: ask, Limit: 50}, "account,numerator,denominator,facts,fact_ids\n'=1+1,,,1,orders:7\n"},
		{"/api/v1/metrics/nps/why?from=2026-01-01&by=plan&previous_from=2025-01-01&previous_to=2025-02-01", metric.Comparison{Ask: ask, Before: "2025-01-01", Until: "2025-02-01"}, `"metric":"nps"`},
		{"/api/v1/metrics/nps/restatements?from=2026-01-01&by=plan&since=2026-02-01", metric.Restating{Ask: ask, Since: "2026-02-01"}, `"metric":"nps"`},
		{"/api/v1/restatements?since=2026-02-01&from=2026-01-01&family=voice", metric.Restating{Ask: metric.Ask{From: "2026-01-01", Lang: i18n.EN}, Since: "2026-02-01", Family: "voice", Page: time.Second}, `"restatements":[{"metric":"nps"`},
		{"/api/v1/restatements?since=2026-02-01", metric.Restating{Ask: metric.Ask{Lang: i18n.EN}, Since: "2026-02-01", Page: time.Second}, `"next":"money"`},
	} {
		w := h.call("GET", c.path, "kw_read", "")
		wantStatus(t, w, http.StatusOK)
		if len(h.who) != 1 || !reflect.DeepEqual(h.who[0], c.want) || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s asked %+v and said %s", c.path, h.who, w.Body)
		}
	}

	wantStatus(t, h.call("GET", "/api/v1/metrics/nps/facts?limit=501", "kw_read", ""), http.StatusBadRequest)
	wantStatus(t, h.call("GET", "/api/v1/metrics/nps/facts", "", ""), http.StatusUnauthorized)
}
