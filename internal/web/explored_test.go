package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// tables are those that answers of some metrics carry, in one shape for all.
func (c *company) tables(detail map[string]any) {
	var steps, cohorts, curve, edges []metric.Row
	for n := range int64(4) {
		share := figure(float64(100 - 20*n))
		steps = append(steps, metric.Row{"n": n + 1, "step": c.name("Report Created"), "reached": 1000 - 200*n, "share": share, "from_previous": share, "median_seconds": figure(7200)})
		edges = append(edges, metric.Row{"depth": n, "source": c.name("Login"), "target": nil, "paths": 90 - n, "people": 40 - n, "share": share})
		for nth := range 4 - n {
			cohorts = append(cohorts, metric.Row{"cohort": noon.AddDate(0, int(n), 0).Format("2006-01-02"), "nth": nth, "size": int64(90), "active": 90 - nth, "share": share, "paying_share": share, "value": figure(1200), "partial": nth == 3-n})
		}
	}
	for n := range int64(14) {
		curve = append(curve, metric.Row{"month": n, "at_risk": 100 - n, "share": figure(100 - float64(3*n)), "low": figure(90 - float64(3*n)), "high": (*metric.Figure)(nil)})
	}
	detail["steps"], detail["cohorts"], detail["curve"], detail["edges"] = steps, cohorts, curve, edges
}

func TestEveryQuestionIsAnsweredWithItsParametersInTheAddress(t *testing.T) {
	c := grown(4000, 1, plainName)
	b := c.visit(t).as(c, team.Read)
	for question, want := range map[string][]string{
		"funnel?steps=Login%0AReport+Created&window=30&by=plan": {"Report Created", `width="80"`, "<h3>enterprise</h3>", "2 h"}, "funnel": {"at least two steps"},
		"retention?grain=month": {`class="heat-5"`, "so far"}, "revenue?shown=value": {">1,200<"}, "survival?by=plan": {"<svg class=\"chart", "enterprise", "97"},
		"features?rows=plan": {"enterprise", "heat-"}, "paths?start=Login": {"0. Login", "it ends"}, "paths": {"at which the paths begin or end"}, "pages": {"/metrics/page_views?by=path", "enterprise"},
	} {
		id, query, _ := strings.Cut(question, "?")
		page := b.get("/explore/" + question).Body.String()
		if _, part, _ := strings.Cut(page, `hx-get="`); !strings.HasPrefix(part, "/explore/"+id+"/answer?") {
			t.Errorf("%s does not ask for its answer", question)
		}
		if q, _ := url.ParseQuery(query); q.Get("window") != "" && !strings.Contains(page, `<option value="30" selected>`) {
			t.Errorf("%s: the form forgot what was asked", question)
		}
		answer := b.get("/explore/" + id + "/answer?" + query).Body.String()
		for _, text := range want {
			if !strings.Contains(answer, text) {
				t.Errorf("%s lacks %s: %s", question, text, answer)
			}
		}
		if !strings.Contains(answer, `href="/metrics/`) && id != "funnel" && question != "paths" {
			t.Errorf("%s leads to no explanation", question)
		}
	}
}
