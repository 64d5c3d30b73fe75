package metric_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func interaction(account, at, kind string) row {
	return row{kind: "interactions", account: account, at: on(at), f: set{"kind": kind}}
}

func traits(account, at string, f set) row {
	return row{kind: "accounts", account: account, at: on(at), f: f}
}

func TestCustomersAreCoveredByContactReviewsAndCommunity(t *testing.T) {
	rows := []row{
		subscription("a", "2026-01-01", nil), subscription("b", "2026-01-01", nil), subscription("c", "2026-01-01", nil), subscription("d", "2026-01-01", nil),
		subscription("gone", "2026-01-01", nil), subscription("gone", "2026-05-20", set{"status": "canceled"}),
		interaction("a", "2026-05-31T23:00:00Z", "call"), interaction("a", "2026-03-01", "qbr"), interaction("b", "2026-03-03", "email"), // 90 days before 1 June
		interaction("c", "2026-03-02", "meeting"), interaction("c", "2026-05-10", "note"), interaction("c", "2026-05-10", "webinar"), interaction("c", "2026-05-11", "community"),
		interaction("d", "2026-06-01", "call"), interaction("gone", "2026-05-10", "call"), interaction("stranger", "2026-05-10", "webinar"), interaction("d", "2026-04-10", "webinar"),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for id, want := range map[string]string{"touch_coverage": "50 = 2/4 of 4", "qbr_coverage": "25 = 1/4 of 4", "community_participation": "25 = 1/4 of 4 times 2"} {
			var parts []string
			if id == "community_participation" {
				parts = []string{"times"}
			}
			if got := may(t, s, id, "", parts...); got != want {
				t.Errorf("%s: %s, want %s", id, got, want)
			}
		}
		for days, want := range map[string]string{"91": "75 = 3/4 of 4", "89": "25 = 1/4 of 4"} {
			if got := said(ask(t, s, metric.Ask{Metric: "touch_coverage", From: "2026-05-01", To: "2026-06-01", Set: map[string]string{"touch_days": days}})); got != want {
				t.Errorf("within %s days: %s, want %s", days, got, want)
			}
		}
	})
}

func TestTheLoadOfEachCSMAndHowManyTheBookNeeds(t *testing.T) {
	rows := []row{
		subscription("a", "2026-01-01", nil), subscription("b", "2026-01-01", set{"amount": "50.50"}), subscription("c", "2026-01-01", nil), subscription("d", "2026-01-01", nil),
		traits("a", "2026-01-01", set{"csm": "Ann", "touch_model": "high_touch"}), traits("b", "2026-01-01", set{"csm": "Ann", "touch_model": "self_service"}),
		traits("c", "2026-01-01", set{"csm": "Ann"}), traits("c", "2026-05-15", set{"csm": "Bob"}), traits("d", "2026-01-01", set{"csm": "Bob"}), traits("d", "2026-05-16", set{"csm": nil}), traits("e", "2026-01-01", set{"csm": "Eve"}),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		// 360 + 10 + 90 + 90 minutes are 9 h 10 min, of 120 hours a month.
		if got := may(t, s, "csm_load", "", "csms", "csms_needed", "hours", "value", "unassigned"); got != "1.5 = 3/2 of 4 csms 2 csms_needed 0.076388889 hours 9.166666667 value 350.5 unassigned 1" {
			t.Error(got)
		}
		a := ask(t, s, metric.Ask{Metric: "csm_load", From: "2026-05-01", To: "2026-06-01", By: "csm", Set: map[string]string{"csm_hours": "1", "self_service_minutes": "0"}})
		load, _ := a.Detail["load"].([]metric.Row)
		if len(load) != 3 || load[0]["csm"] != "Ann" || load[0]["accounts"] != int64(2) || fmt.Sprint(load[0]["mrr"], load[0]["hours"], load[0]["load_percent"]) != "150.5 6 600" {
			t.Errorf("%+v", load)
		}
		if len(a.Groups) != 3 || *a.Groups[0].Key != "Ann" || a.Groups[0].Value.String() != "2" {
			t.Errorf("%+v", a.Groups)
		}
	})
}

func TestAScorecardIsTheWeightedMeanOfItsCriteria(t *testing.T) {
	visit := func(target, person, criterion string, score float64, more set) row {
		f := set{"scorecard": "calls", "criterion": criterion, "target": target, "score": score, "person": person}
		for name, v := range more {
			f[name] = v
		}
		return row{kind: "visits", at: on("2026-05-10"), f: f}
	}
	rows := []row{
		visit("us", "Ann", "greeting", 5, set{"scale_max": 5.0}), visit("us", "Ann", "need", 3, set{"scale_max": 5.0, "weight": 3.0}), visit("us", "Bob", "need", 40, nil),
		visit("them", "", "greeting", 1, set{"scale_max": 1.0, "weight": 0.0}), visit("them", "", "need", 1, set{"scale_max": 0.0}),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a := ask(t, s, metric.Ask{Metric: "scorecard_result", From: "2026-05-01", To: "2026-06-01", By: "person"})
		if said(a) != "64 = 320/5 of 4" || len(a.Groups) != 3 || *a.Groups[0].Key != "Ann" || a.Groups[0].Value.String() != "70" {
			t.Errorf("%s, %+v", said(a), a.Groups)
		}
		targets := a.Detail["targets"].([]metric.Row)
		if len(targets) != 2 || targets[0]["target"] != "us" || targets[1]["result"] != nil { // what weighs nothing has no result
			t.Errorf("%+v", targets)
		}
	})
}

// Two features are listed for a; b and c are on one plan, on which three are used.
func TestFeaturesUsedAreSetAgainstThosePaidFor(t *testing.T) {
	use := func(account, name string) row {
		return row{kind: "events", account: account, user: "u " + account, at: on("2026-05-10T10:00:00Z"), f: set{"name": name}}
	}
	rows := []row{
		subscription("a", "2026-01-01", nil), subscription("b", "2026-01-01", nil), subscription("c", "2026-01-01", nil), subscription("d", "2026-01-01", nil),
		traits("a", "2026-01-01", set{"features": []string{"Maps", "Reports"}, "plan": "team"}), traits("b", "2026-01-01", set{"plan": "team"}), traits("c", "2026-01-01", set{"plan": "team"}), traits("d", "2026-01-01", set{"plan": "alone"}),
		use("a", "Maps"), use("a", "Login"), use("b", "Maps"), use("b", "Chat"), use("b", "Maps"),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		// a 1 of 2; b 2 and c 0 of Maps, Login, Chat; of d nothing is known.
		a := ask(t, s, metric.Ask{Metric: "feature_utilisation", From: "2026-05-01", To: "2026-06-01"})
		if math.Abs(a.Value.Float-100*(0.5+2.0/3)/3) > 1e-6 || a.N != 3 {
			t.Error(said(a))
		}
		a = ask(t, s, metric.Ask{Metric: "feature_utilisation", From: "2026-05-01", To: "2026-06-01", Set: map[string]string{"paid_features": "Maps, Chat"}})
		if math.Abs(a.Value.Float-100*(0.5+1)/3) > 1e-6 {
			t.Error("of the features named:", said(a))
		}
	})
}

// In May the team was in contact with two of five accounts on the plan. They lost 20 of 200 a month against 100 of 300, and
// both lost nothing in the month before; they gained nothing, and one referred a customer worth 500.
func TestTheReturnOfTheTeamIsADifferenceInDifferences(t *testing.T) {
	cost := func(at, kind, amount string) row {
		return row{kind: "costs", at: on(at), f: set{"kind": kind, "amount": amount, "currency": "EUR"}}
	}
	rows := []row{
		subscription("e1", "2026-01-01", nil), subscription("e2", "2026-01-01", nil), subscription("e2", "2026-05-10", set{"amount": "80.00"}),
		subscription("c1", "2026-01-01", nil), subscription("c2", "2026-01-01", nil), subscription("c3", "2026-01-01", nil), subscription("c3", "2026-05-10", set{"status": "canceled"}),
		interaction("e1", "2026-05-05", "call"), interaction("e2", "2026-05-06", "meeting"), interaction("c1", "2026-05-06", "note"), interaction("prospect", "2026-05-07", "call"),
		cost("2026-05-01", "cs_team", "90.00"), cost("2026-05-02", "cs_team", "10.00"), cost("2026-05-02", "marketing", "999.00"),
		{kind: "referrals", account: "e1", at: on("2026-05-20"), f: set{"value": "500.00", "currency": "EUR", "status": "won"}},
		{kind: "referrals", account: "e1", at: on("2026-05-21"), f: set{"value": "700.00", "currency": "EUR", "status": "invited"}},
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a := ask(t, s, metric.Ask{Metric: "cs_roi", From: "2026-05-01", To: "2026-06-01"})
		// Saved: (100/300 - 20/200) x 200 = 46.67 a month, 560 a year; referred 500; the team cost 100.
		if got := said(a, "saved", "expanded", "referred", "cost", "engaged", "comparable", "lost_percent", "comparable_lost_percent"); got != "960 of 5 saved 560 expanded 0 referred 500 cost 100 engaged 2 comparable 3 lost_percent 10 comparable_lost_percent 33.333333333" {
			t.Error(got)
		}
		if a.Interval == nil || a.Interval.Low.Float > 960 || a.Interval.High.Float < 960 || !a.SmallSample {
			t.Errorf("%+v", a.Interval)
		}
		a = ask(t, s, metric.Ask{Metric: "cs_roi", From: "2026-05-01", To: "2026-06-01", Set: map[string]string{"roi_months": "3", "touch_kinds": "meeting"}})
		// e2 alone: 20 of 100 against 100 of 400, and nobody in contact referred while the others brought 500 on 400.
		if got := said(a, "saved", "referred"); got != "-210 of 5 saved 15 referred -125" {
			t.Error("with meetings only:", got)
		}
		for _, c := range []metric.Ask{{Metric: "cs_roi", From: "2026-03-01", To: "2026-04-01"}, {Metric: "cs_roi", From: "2026-05-01", To: "2026-06-01", Segment: "account_id in (e1, e2)"}} {
			if a := ask(t, s, c); a.Value != nil {
				t.Errorf("without cost, or without anybody to compare with: %s, %+v", a.Value, a.Detail)
			}
		}
	})
}

// Twelve alike accounts on either side: one lost on one side has an interval that a hundred times the sample makes ten
// times narrower.
func TestTheReturnIsSurerOfManyAccountsThanOfFew(t *testing.T) {
	width := map[int]float64{}
	for _, n := range []int{12, 1200} {
		var rows []row
		for i := range 2 * n {
			account := fmt.Sprint("a", i)
			rows = append(rows, subscription(account, "2026-01-01", nil))
			if i < n {
				rows = append(rows, interaction(account, "2026-05-05", "call"))
			}
			if i%12 == 0 && i >= n {
				rows = append(rows, subscription(account, "2026-05-10", set{"status": "canceled"}))
			}
		}
		rows = append(rows, row{kind: "costs", at: on("2026-05-01"), f: set{"kind": "cs_team", "amount": fmt.Sprint(n), "currency": "EUR"}})
		l, s := serving(t, "duckdb")
		for i := range rows {
			rows[i].seq = i + 1
		}
		load(t, l, rows)
		a := ask(t, s, metric.Ask{Metric: "cs_roi", From: "2026-05-01", To: "2026-06-01"})
		if said(a) != fmt.Sprintf("9900 of %d", 2*n) { // 100 of 1200 kept on each 1200, for a year, at 1 an account
			t.Error(said(a))
		}
		width[n] = a.Interval.High.Float - a.Interval.Low.Float
	}
	if ratio := width[12] / width[1200]; ratio < 9 || ratio > 12 {
		t.Errorf("the intervals are %v and %v wide", width[12], width[1200])
	}
}
