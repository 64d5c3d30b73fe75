package metric_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func TestVisitsBounceExitAndConvertAsAnalystsCount(t *testing.T) {
	var rows []row
	for _, of := range [][]row{
		saw("bounces", set{"referrer": "https://search.example/q", "engaged_seconds": 4.0}, "2026-05-04T10:00:00Z /"),
		saw("reads long", set{"utm_source": "newsletter", "engaged_seconds": 90.0}, "2026-05-04T10:00:00Z /blog"),
		saw("clicks", nil, "2026-05-04T10:00:00Z /"),
		saw("buys", set{"url": "https://own.example/x", "referrer": "https://own.example/"}, "2026-05-04T10:00:00Z /", "2026-05-04T10:00:40Z /pricing", "2026-05-04T10:02:40Z /thanks"),
		saw("pauses", nil, "2026-05-04T10:00:00Z /", "2026-05-04T10:30:00Z /"),
		saw("has an id", set{"session_id": "s"}, "2026-05-04T10:00:00Z /", "2026-05-04T12:00:00Z /pricing"),
	} {
		rows = append(rows, of...)
	}
	rows = append(rows, row{kind: "events", at: on("2026-05-04T10:01:00Z"), f: set{"name": "Video Played", "anonymous_id": "clicks"}},
		row{kind: "events", at: on("2026-05-04T10:03:00Z"), f: set{"name": "Order Completed", "anonymous_id": "buys"}})
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, c := range []struct {
			id, variant string
			set         map[string]string
			want        string
		}{
			{"page_views", "", nil, "10 of 10"},
			{"unique_visitors", "", nil, "6 of 6"},
			{"new_visitor_share", "", nil, "100 = 6/6 of 6"},
			{"pages_per_session", "", nil, "1.428571429 = 10/7 of 7"},
			{"pages_per_session", "", map[string]string{"session_gap_minutes": "31"}, "1.666666667 = 10/6 of 6"},
			{"bounce_rate", "", nil, "57.142857143 = 4/7 of 7"},                                        // Plausible: an event is an interaction
			{"bounce_rate", "", map[string]string{"bounce": "single_page"}, "71.428571429 = 5/7 of 7"}, // Matomo: any single page
			{"bounce_rate", "engaged", nil, "42.857142857 = 3/7 of 7"},                                 // GA4: neither 10 s, nor a second view, nor a goal
			{"bounce_rate", "", map[string]string{"bounce": "engaged", "goals": "/"}, "0 = 0/7 of 7"},
			{"direct_traffic_share", "", nil, "71.428571429 = 5/7 of 7"}, // a referrer from the site itself is none
			{"conversion_rate", "sessions", nil, "14.285714286 = 1/7 of 7"},
			{"conversion_rate", "visitors", nil, "16.666666667 = 1/6 of 6"},
			{"conversion_rate", "sessions", map[string]string{"goals": "/pricing, Video Played"}, "42.857142857 = 3/7 of 7"},
			{"conversion_rate", "sessions", map[string]string{"goals": ""}, "null = 0/0 of 0"},
			{"exit_rate", "", nil, "70 = 7/10 of 10"},
			{"time_on_page", "", nil, "1490.8 = 7454/5 of 5"}, // 4 and 90 reported, 40, 120, and 7200 under an id; the last ones are not 0
		} {
			if got := said(ask(t, s, inMay(c.id, c.variant, c.set))); got != c.want {
				t.Errorf("%s/%s %v: %s, want %s", c.id, c.variant, c.set, got, c.want)
			}
		}
		if got := lines(t, ask(t, s, inMay("exit_rate", "", nil)).Detail["pages"], "path", "views", "exits", "exit_rate", "entries"); got != "/ 6 4 66.666666667 6 | /pricing 2 1 50 0 | /blog 1 1 100 1 | /thanks 1 1 100 0" {
			t.Error("pages:", got)
		}
		if got := lines(t, ask(t, s, inMay("direct_traffic_share", "", nil)).Detail["sources"], "source", "sessions"); got != "direct 5 | newsletter 1 | search.example 1" {
			t.Error("sources:", got)
		}
	})
}

func TestMarketingFromClickToCustomer(t *testing.T) {
	campaign := func(name string, f set) row {
		f["campaign"], f["currency"] = name, "EUR"
		return row{kind: "campaigns", at: on("2026-05-10"), f: f}
	}
	lead := func(id, date, status string, f set) row {
		f["lead_id"], f["status"] = id, status
		return row{kind: "leads", at: on(date), f: f}
	}
	rows := []row{
		campaign("spring", set{"channel": "email", "delivered": 200.0, "clicked": 50.0, "opened": 100.0, "cost": "100.00", "revenue": "400.00"}),
		campaign("ads", set{"channel": "search", "impressions": 1000.0, "clicked": 20.0, "cost": "60.00"}),
		{kind: "costs", at: on("2026-05-11"), f: set{"kind": "marketing", "campaign": "ads", "amount": "40.00", "currency": "EUR"}},
		lead("l1", "2026-05-02", "new", set{"campaign": "ads", "fit": "A", "value": "500.00", "currency": "EUR"}), lead("l1", "2026-06-20", "won", set{}),
		lead("l2", "2026-05-03", "new", set{"campaign": "ads", "fit": "B"}), lead("l2", "2026-05-04", "qualified", set{}), lead("l2", "2026-05-20", "lost", set{}),
		lead("l3", "2026-05-03", "lost", set{"campaign": "spring"}), lead("l4", "2026-04-30", "won", set{"campaign": "spring"}),
		{kind: "social", at: on("2026-05-02"), f: set{"post_id": "p", "network": "linkedin", "impressions": 100.0, "likes": 1.0}},
		{kind: "social", at: on("2026-05-09"), f: set{"post_id": "p", "network": "linkedin", "impressions": 400.0, "likes": 5.0, "shares": 2.0, "saves": 1.0, "comments": 3.0, "mentions": 1.0}},
		subscription("old", "2026-01-01", nil), subscription("older", "2026-01-01", nil), subscription("new", "2026-05-09", nil),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, c := range []struct{ id, variant, want string }{
			{"ctr", "delivered", "5.833333333 = 70/1200 of 1200"}, {"ctr", "opened", "50 = 50/100 of 100"}, {"ctr", "impressions", "2 = 20/1000 of 1000"},
			{"social_engagement_rate", "", "3 = 12/400 of 400"},
			{"lead_qualification_rate", "", "66.666666667 = 2/3 of 3"}, {"lead_conversion_rate", "", "33.333333333 = 1/3 of 3"},
			{"campaign_effectiveness", "", "350 = 700/200 of 6"}, {"acquisition_rate", "", "50 = 1/2 of 2"},
		} {
			if got := said(ask(t, s, inMay(c.id, c.variant, nil))); got != c.want {
				t.Errorf("%s/%s: %s, want %s", c.id, c.variant, got, c.want)
			}
		}
		byChannel := inMay("ctr", "", nil)
		byChannel.By = "channel"
		for _, g := range ask(t, s, byChannel).Groups {
			if *g.Key == "email" && g.Value.String() != "25" { // 50 of 200
				t.Error("CTR of the newsletter:", g.Value)
			}
		}
		if got := lines(t, ask(t, s, inMay("campaign_effectiveness", "", nil)).Detail["campaigns"], "campaign", "cost", "leads", "customers", "revenue", "return", "cost_per_lead", "cost_per_customer"); got !=
			"ads 100 2 1 500 400 50 100 | spring 100 1 0 400 300 100 null" {
			t.Error("campaigns:", got)
		}
	})
}

func TestACartIsAbandonedWhenItsHoursAreOver(t *testing.T) {
	var rows []row
	for _, of := range [][]row{
		tracked("buys", "2026-05-04T10:00:00Z Product Added", "2026-05-04T10:05:00Z Product Added", "2026-05-04T11:00:00Z Checkout Started", "2026-05-04T12:00:00Z Order Completed", "2026-05-04T13:00:00Z Product Added"),
		tracked("too late", "2026-05-04T10:00:00Z Product Added", "2026-05-05T10:00:01Z Order Completed"),
		tracked("just in time", "2026-05-04T10:00:00Z Checkout Started", "2026-05-05T10:00:00Z Order Completed"),
		tracked("imports", "2026-05-04T10:00:00Z Product Added"),
		tracked("two carts", "2026-05-04T10:00:00Z Product Added", "2026-05-04T10:01:00Z Product Added"),
		tracked("today", "2026-07-31T23:00:00Z Product Added"),
	} {
		rows = append(rows, of...)
	}
	rows[len(rows)-3].f["cart_id"], rows[len(rows)-2].f["cart_id"] = "a", "b"
	rows = append(rows, row{kind: "orders", user: "imports", at: on("2026-05-04T20:00:00Z"), f: set{"amount": "10.00", "currency": "EUR"}})
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		if got := said(ask(t, s, inMay("cart_abandonment_rate", "", nil))); got != "66.666666667 = 4/6 of 6" {
			t.Error("carts:", got)
		}
		if got := said(ask(t, s, inMay("cart_abandonment_rate", "checkouts", nil))); got != "0 = 0/2 of 2" {
			t.Error("checkouts:", got)
		}
		if got := said(ask(t, s, inMay("cart_abandonment_rate", "carts", map[string]string{"cart_hours": "48"}))); got != "50 = 3/6 of 6" {
			t.Error("in two days:", got)
		}
		if got := said(ask(t, s, metric.Ask{Metric: "cart_abandonment_rate", From: "2026-07-01", To: "2026-08-01"})); got != "null = 0/0 of 0" {
			t.Error("a cart that has time is counted:", got)
		}
	})
}

// Of three views of 1, 2 and 30 seconds the mean is 11, and R's t.test goes from -29.89407 to 51.89407.
func TestNoIntervalOfATimeBeginsBelowZero(t *testing.T) {
	var rows []row
	for i, seconds := range []float64{1, 2, 30} {
		rows = append(rows, row{kind: "pages", at: on("2026-05-10"), f: set{"anonymous_id": fmt.Sprint("v", i), "path": "/", "engaged_seconds": seconds}})
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		got := ask(t, s, metric.Ask{Metric: "time_on_page", From: "2026-05-01", To: "2026-06-01", Grain: "month"})
		for _, limits := range []*metric.Limits{got.Interval, got.Points[0].Interval} {
			if limits.Low.Float != 0 || math.Abs(limits.High.Float-51.89407) > 1e-5 {
				t.Errorf("%s to %s", limits.Low, limits.High)
			}
		}
	})
}
