package web

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// Feedback makes up what customers said.
func (c *company) Feedback(_ context.Context, ask account.FeedbackAsk, segment string) (account.FeedbackPage, error) {
	var page account.FeedbackPage
	if _, err := account.ParseSegment(segment); err != nil {
		return page, fault.New(fault.Invalid, "the segment can't be used").Field("segment", "%s", err)
	}
	for i := range min(c.customers, 6) {
		kind := []*fact.Kind{fact.Answers, fact.Reviews}[i%2]
		f := account.Feedback{Place: account.Place{At: noon.Add(-time.Duration(i) * time.Hour), Seq: int64(i)}, Fact: c.told(kind), Account: "acc/0", Name: c.name("Nordwind"), Who: c.name("Mira Vogt"), Sorry: kind == fact.Answers}
		if i == 0 {
			f.Turned = f.At.Add(26 * time.Hour)
		}
		if !ask.Open {
			f.Mask()
		}
		page.Feedback, page.Next = append(page.Feedback, f), f.Place
	}
	return page, c.down
}

func (c *company) FeedbackChoices(context.Context) (account.FeedbackChoices, error) {
	if c.customers == 0 {
		return account.FeedbackChoices{}, c.down
	}
	return account.FeedbackChoices{Surveys: []string{c.name("Q2")}, Touchpoints: []string{c.name("support")}, Locales: []string{"ro"}}, c.down
}

func TestFeedbackSaysWhoWaitsAndMasksPeople(t *testing.T) {
	c := grown(4000, 1, plainName)
	open, masked := c.visit(t).as(c, team.Admin).get("/feedback").Body.String(), c.visit(t).as(c, team.Read).get("/feedback").Body.String()
	for _, want := range []string{"Mira Vogt", "followed up after 26", "not followed up yet", `href="/accounts/acc%2F0"`, `<blockquote>text</blockquote>`, "/feedback?before="} {
		if !strings.Contains(open, want) {
			t.Errorf("the stream lacks %s", want)
		}
	}
	for _, path := range []string{"/feedback", "/feedback.csv"} {
		body := c.visit(t).as(c, team.Read).get(path).Body.String()
		for _, secret := range []string{"Mira Vogt", "<blockquote>text<", "u-1", ",text,"} {
			if strings.Contains(strings.SplitN(body, "\n", 2)[1], secret) {
				t.Errorf("%s shows %s to whom it must not", path, secret)
			}
		}
	}
	if !strings.Contains(masked, "Your role does not see") {
		t.Error("nobody is told that something is hidden")
	}
}

func TestTheExportOfFeedbackHoldsNoFormula(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return "=cmd|" + s })
	w := c.visit(t).as(c, team.Admin).get("/feedback.csv?kind=nps")
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a formula: %s", cell)
			}
		}
	}
}
