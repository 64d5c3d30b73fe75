package metric_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func on(date string) time.Time {
	t, err := time.Parse(time.RFC3339, date+"T00:00:00Z"[max(0, len(date)-10):])
	if err != nil {
		panic(err)
	}
	return t
}

// answers are answers of one kind in May.
func answers(kind string, more map[string]any, scores ...float64) []row {
	var rows []row
	for _, score := range scores {
		f := map[string]any{"kind": kind, "score": score}
		for name, v := range more {
			f[name] = v
		}
		rows = append(rows, row{kind: "answers", at: on("2026-05-10"), f: f})
	}
	return rows
}

func subscription(account, date string, more map[string]any) row {
	f := map[string]any{"subscription_id": account, "status": "active", "amount": "100.00", "currency": "EUR", "interval": "month"}
	for name, v := range more {
		f[name] = v
	}
	return row{kind: "subscriptions", account: account, at: on(date), f: f}
}

func contract(account, start, end, value string) row {
	return row{kind: "contracts", account: account, at: on(start), f: map[string]any{"contract_id": account, "start": start, "end": end, "value": value, "currency": "EUR", "status": "open"}}
}

func rate(code, date, rate string) row {
	return row{kind: "fx", at: on(date), f: map[string]any{"currency": code, "rate": rate}}
}

type set = map[string]any

// onBoth runs a test on a lake of each engine with these rows, beside other tests: DuckDB is ready long before PostgreSQL, and a
// core would be idle.
func onBoth(t *testing.T, rows []row, test func(t *testing.T, l *lake.Lake, s *metric.Service)) {
	t.Helper()
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			l, service := serving(t, engine)
			numbered := slices.Clone(rows)
			for i := range numbered {
				numbered[i].seq = i + 1
			}
			load(t, l, numbered)
			test(t, l, service)
		})
	}
}

func ask(t *testing.T, s *metric.Service, a metric.Ask) *metric.Answer {
	t.Helper()
	got, err := s.Answer(context.Background(), a)
	if err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	return got
}

// said is what an answer comes to: "value = numerator/denominator of n", and the parts that are asked for.
func said(a *metric.Answer, parts ...string) string {
	figure := func(f *metric.Figure) string {
		if f == nil {
			return "null"
		}
		return f.String()
	}
	text := figure(a.Value)
	if a.Denominator != nil {
		text += " = " + figure(a.Numerator) + "/" + figure(a.Denominator)
	}
	text += fmt.Sprintf(" of %d", a.N)
	for _, part := range parts {
		f, _ := a.Detail[part].(*metric.Figure)
		text += " " + part + " " + figure(f)
	}
	return text
}

func TestScoresOfTheWorkedExamples(t *testing.T) {
	repeat := func(score float64, n int) []float64 { return slices.Repeat([]float64{score}, n) }
	cases := []struct {
		name         string
		rows         []row
		metric, kind string
		want         string
		parts        []string
	}{
		{"NPS of 100 promoters, 50 passives, 50 detractors", answers("nps", nil, slices.Concat(repeat(10, 60), repeat(9, 40), repeat(8, 30), repeat(7, 20), repeat(6, 25), repeat(0, 25))...),
			"nps", "", "25 = 50/200 of 200 promoters 100 passives 50 detractors 50", []string{"promoters", "passives", "detractors"}},
		{"NPS of half promoters and a tenth detractors", answers("nps", nil, slices.Concat(repeat(9, 5), repeat(7, 4), repeat(3, 1))...), "nps", "", "40 = 4/10 of 10", nil},
		{"CSAT of 40 satisfied out of 50", answers("csat", nil, slices.Concat(repeat(5, 25), repeat(4, 15), repeat(3, 10))...), "csat", "top2", "80 = 40/50 of 50", nil},
		{"CSAT as the mean", answers("csat", nil, 5, 5, 5, 4, 1, 3, 2, 4, 3, 3), "csat", "mean", "70 = 35/50 of 10", nil},
		{"CSAT on scales of their own", append(answers("csat", set{"scale_max": 7.0}, 6, 5), answers("csat", set{"scale_max": 3.0}, 2, 1)...), "csat", "top2", "50 = 2/4 of 4", nil},
		{"CES asked as ease", answers("ces", nil, 7, 4, 3, 2, 5, 6, 4, 1, 7, 6), "ces", "", "4.5 = 45/10 of 10", nil},
		{"ease beside effort", append(answers("ces", nil, 7, 6), answers("ces", set{"orientation": "effort"}, 1, 2, 3)...), "ces", "ease", "6.5 = 13/2 of 2", nil},
		{"effort beside ease", append(answers("ces", nil, 7, 6), answers("ces", set{"orientation": "effort"}, 1, 2, 3)...), "ces", "effort", "2 = 6/3 of 3", nil},
		{"effort on 1-5", append(answers("ces", set{"orientation": "effort"}, 7), answers("ces", set{"orientation": "effort", "scale_max": 5.0}, 1, 2)...), "ces", "effort5", "1.5 = 3/2 of 2", nil},
		{"no answers", nil, "nps", "", "null = 0/0 of 0 promoters 0", []string{"promoters"}},
	}
	var rows []row
	for i, c := range cases { // each on a day of its own
		for _, r := range c.rows {
			r.at = on("2026-05-01").AddDate(0, 0, i)
			rows = append(rows, r)
		}
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for i, c := range cases {
			day := on("2026-05-01").AddDate(0, 0, i)
			got := ask(t, s, metric.Ask{Metric: c.metric, Variant: c.kind, From: day.Format(time.DateOnly), To: day.AddDate(0, 0, 1).Format(time.DateOnly)})
			if said(got, c.parts...) != c.want {
				t.Errorf("%s: %s, want %s", c.name, said(got, c.parts...), c.want)
			}
			if got.SmallSample != (got.N < 30) {
				t.Errorf("%s: small sample is %v with n %d", c.name, got.SmallSample, got.N)
			}
		}
	})
}

// Each account has one price; the breakdown by account shows what each is worth a month.
func TestRecurringValueOfEveryWayToCharge(t *testing.T) {
	type price struct {
		name string
		f    set
		want string
	}
	prices := []price{
		{"monthly", nil, "100"}, {"yearly", set{"interval": "year", "amount": "1200.00"}, "100"}, {"quarterly", set{"interval": "quarter", "amount": "300.00"}, "100"},
		{"weekly", set{"interval": "week", "amount": "12.00"}, "52"}, {"daily", set{"interval": "day", "amount": "12.00"}, "365"},
		{"every two months", set{"interval_count": 2.0}, "50"}, {"three seats", set{"quantity": 3.0}, "300"}, {"no seats", set{"quantity": 0.0}, ""},
		{"a quarter off", set{"discount": "25"}, "75"}, {"a third a year", set{"interval": "year", "amount": "100.00"}, "8.33333333"}, {"all off", set{"discount": "100"}, ""},
		{"trialing", set{"status": "trialing"}, ""}, {"paused", set{"status": "paused"}, ""}, {"past due", set{"status": "past_due"}, "100"}, {"canceled", set{"status": "canceled"}, ""},
		{"ends later", set{"ended_at": "2026-08-01"}, "100"}, {"ended in May", set{"ended_at": "2026-05-15"}, ""},
	}
	var rows []row
	for _, p := range prices {
		rows = append(rows, subscription(p.name, "2026-01-10", p.f))
	}
	rows = append(rows,
		contract("a year's contract", "2026-01-01", "2027-01-01", "1200.00"), contract("a contract of 73 days", "2026-05-01", "2026-07-13", "240.00"),
		contract("a contract that is over", "2026-01-01", "2026-04-01", "1200.00"), contract("a contract to come", "2026-06-01", "2027-06-01", "1200.00"),
		contract("monthly", "2026-01-01", "2027-01-01", "9900.00")) // its account counts by the subscription
	prices = append(prices, price{"a year's contract", nil, "100"}, price{"a contract of 73 days", nil, "100"})
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		got := ask(t, s, metric.Ask{Metric: "mrr", From: "2026-05-01", To: "2026-06-01", By: "account_id"})
		worth := map[string]string{}
		for _, g := range got.Groups {
			worth[*g.Key] = g.Value.String()
		}
		for _, p := range prices {
			if worth[p.name] != p.want && !(p.want == "" && worth[p.name] == "0") {
				t.Errorf("%s is worth %q a month, want %q", p.name, worth[p.name], p.want)
			}
			delete(worth, p.name)
		}
		for name, value := range worth {
			t.Errorf("%s is worth %s a month", name, value)
		}
	})
}

func TestCustomersThatComeGoAndComeBack(t *testing.T) {
	canceled := func(kind string) set { return set{"status": "canceled", "cancel_kind": kind} }
	rows := []row{
		subscription("stays", "2026-01-01", nil),
		subscription("leaves", "2026-01-01", nil), subscription("leaves", "2026-05-10", canceled("voluntary")),
		subscription("can't pay", "2026-01-01", nil), subscription("can't pay", "2026-05-11", canceled("involuntary")),
		subscription("ends with its term", "2026-01-01", set{"ended_at": "2026-05-20", "cancel_kind": "voluntary"}),
		subscription("new", "2026-05-12", set{"amount": "50.00"}),
		subscription("back", "2026-01-01", nil), subscription("back", "2026-02-01", canceled("voluntary")), subscription("back", "2026-05-13", set{"amount": "70.00"}),
		subscription("new and lost", "2026-05-02", nil), subscription("new and lost", "2026-05-03", canceled("voluntary")),
		subscription("grows", "2026-01-01", nil), subscription("grows", "2026-05-02", set{"amount": "130.00"}),
		subscription("shrinks", "2026-01-01", nil), subscription("shrinks", "2026-05-02", set{"amount": "80.00"}),
	}
	second := subscription("shrinks", "2026-01-01", set{"subscription_id": "second"}) // one of two canceled: contraction
	rows = append(rows, second, subscription("shrinks", "2026-05-03", set{"subscription_id": "second", "status": "canceled"}))
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, c := range []struct {
			a     metric.Ask
			want  string
			parts []string
		}{
			{metric.Ask{Metric: "customers"}, "5 of 5 start 6 new_customers 1 won_back_customers 1 lost_customers 3 end 5", []string{"start", "new_customers", "won_back_customers", "lost_customers", "end"}},
			{metric.Ask{Metric: "customer_churn_rate"}, "50 = 3/6 of 6 lost 3 voluntary 2 involuntary 1", []string{"lost", "voluntary", "involuntary"}},
			{metric.Ask{Metric: "customer_churn_rate", Variant: "involuntary"}, "16.666666667 = 1/6 of 6", nil},
			{metric.Ask{Metric: "mrr"}, "430 of 5", nil},
			{metric.Ask{Metric: "arpa"}, "86 = 430/5 of 5", nil},
			{metric.Ask{Metric: "mrr_movements"}, "-270 of 7 opening 700 new 50 reactivation 70 expansion 30 contraction -120 churn -300 closing 430",
				[]string{"opening", "new", "reactivation", "expansion", "contraction", "churn", "closing"}},
		} {
			c.a.From, c.a.To = "2026-05-01", "2026-06-01"
			if got := said(ask(t, s, c.a), c.parts...); got != c.want {
				t.Errorf("%s %s: %s, want %s", c.a.Metric, c.a.Variant, got, c.want)
			}
		}
	})
}

func TestAHundredLostOfAThousandIsAChurnOfTen(t *testing.T) {
	var rows []row
	for i := range 1000 {
		rows = append(rows, subscription(fmt.Sprint("c", i), "2026-01-01", nil))
		if i%10 == 0 {
			rows = append(rows, subscription(fmt.Sprint("c", i), "2026-05-15", set{"status": "canceled"}))
		}
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		if got := said(ask(t, s, metric.Ask{Metric: "customer_churn_rate", From: "2026-05-01", To: "2026-06-01"})); got != "10 = 100/1000 of 1000" {
			t.Error(got)
		}
	})
}

func TestMoneyInSeveralCurrencies(t *testing.T) {
	rows := []row{
		subscription("eur", "2026-01-10", nil), subscription("usd", "2026-01-10", set{"currency": "USD", "amount": "110.00"}),
		subscription("jpy", "2026-01-10", set{"currency": "JPY", "amount": "10000"}), subscription("kwd", "2026-01-10", set{"currency": "KWD", "amount": "10.500"}),
		rate("USD", "2026-04-15", "0.5"), rate("USD", "2026-05-15", "0.8"), rate("JPY", "2026-04-15", "0.006"), rate("KWD", "2026-04-15", "3"),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		may := metric.Ask{From: "2026-05-01", To: "2026-06-01"}
		in := func(id string) metric.Ask { a := may; a.Metric = id; return a }
		if got := said(ask(t, s, in("mrr"))); got != "279.5 of 4" { // 100 + 110 x 0.8 + 10 000 x 0.006 + 10.5 x 3
			t.Error("MRR in EUR:", got)
		}
		a := in("mrr")
		a.Currency = "usd"
		if got := ask(t, s, a); got.Value.String() != "349.375" || got.Currency != "USD" {
			t.Error("MRR in USD:", got.Value, got.Currency)
		}
		a.Currency = "JPY" // a yen has no cents
		if got := ask(t, s, a).Value.Float; got < 46583.33 || got > 46583.34 {
			t.Error("MRR in JPY:", got)
		}
		if got := said(ask(t, s, in("mrr_movements")), "opening", "expansion", "closing"); got != "0 of 0 opening 279.5 expansion 0 closing 279.5" {
			t.Error("a change of rate is a movement:", got)
		}
		// In April the rates were known at its end only, so March has no value, and neither has the change.
		april := ask(t, s, metric.Ask{Metric: "mrr", From: "2026-04-01", To: "2026-05-01"})
		if said(april) != "246.5 of 4" || april.Previous.Value != nil || april.Previous.Change != nil {
			t.Error("April:", said(april), april.Previous)
		}
		march := metric.Ask{From: "2026-03-01", To: "2026-05-01", Grain: "month"}
		for id, want := range map[string]string{"customers": "4 of 4", "customer_churn_rate": "0 = 0/4 of 4"} {
			march.Metric = id
			if got := said(ask(t, s, march)); got != want {
				t.Errorf("%s: %s, want %s", id, got, want)
			}
		}
		for _, id := range []string{"mrr", "mrr_movements", "arpa"} {
			march.Metric = id
			_, err := s.Answer(context.Background(), march)
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "no exchange rate from USD to EUR is known before 2026-04-01") {
				t.Errorf("%s without rates: %v", id, err)
			}
		}
		s.Currency = "KWD" // the rates are to it then; other accounts' currencies need none
		if got := said(ask(t, s, metric.Ask{Metric: "mrr", From: "2026-05-01", To: "2026-06-01", Segment: "account_id = usd"})); got != "88 of 1" {
			t.Error("MRR in KWD:", got)
		}
		s.Currency = ""
		if _, err := s.Answer(context.Background(), in("mrr")); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "several currencies (EUR, JPY, KWD, USD)") {
			t.Errorf("no reporting currency: %v", err)
		}
	})
}

func TestARateBeyondAllSenseIsRefused(t *testing.T) {
	onBoth(t, []row{subscription("jpy", "2026-01-10", set{"currency": "JPY", "amount": "10000"}), rate("JPY", "2026-01-01", "999999999")}, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		if _, err := s.Answer(context.Background(), metric.Ask{Metric: "mrr"}); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "from JPY to EUR, 99999999900.00, is too large") {
			t.Error(err)
		}
	})
}

func TestLargeAmountsOfSmallCurrenciesAddUp(t *testing.T) {
	var rows []row
	for i := range 20 { // together beyond 64 bits of millionths of a cent
		rows = append(rows, subscription(fmt.Sprint("c", i), "2026-01-10", set{"currency": "IDR", "amount": "90000000000.00"}))
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		s.Currency = ""
		if got := ask(t, s, metric.Ask{Metric: "mrr", From: "2026-05-01", To: "2026-06-01"}); got.Value.String() != "1800000000000" || got.Currency != "IDR" {
			t.Error(got.Value, got.Currency)
		}
		if got := said(ask(t, s, metric.Ask{Metric: "mrr_movements", From: "2026-01-01", To: "2026-02-01"}), "new"); got != "1800000000000 of 20 new 1800000000000" {
			t.Error(got)
		}
	})
}

func TestAnAnswerHasTheShapeOfTheContract(t *testing.T) {
	rows := answers("nps", nil, 10, 9, 7, 3)
	for i := range rows {
		rows[i].account = "acme"
	}
	rows = append(rows, row{kind: "accounts", account: "acme", at: on("2026-01-01"), f: set{"plan": "enterprise"}})
	const want = `{"metric":"nps","label":"","variant":"standard","unit":"points","better":"higher","type":"ratio",
 "from":"2026-05-01T00:00:00Z","to":"2026-06-01T00:00:00Z","segment":"plan = \"enterprise\"","by":"plan",
 "value":25,"numerator":1,"denominator":4,"n":4,"small_sample":true,
 "interval":{"low":-44.15976853,"high":72.731197101,"level":0.95},
 "previous":{"from":"2026-04-01T00:00:00Z","to":"2026-05-01T00:00:00Z","value":null,"change":null,"significant":null},
 "bands":[{"label":"good","from":0,"to":20,"source":"S3","is_current":false},{"label":"great","from":20,"to":50,"source":"S3","is_current":true},
  {"label":"excellent","from":50,"source":"S3","is_current":false},{"label":"good","from":30,"to":70,"source":"S0","is_current":false},{"label":"excellent","from":70,"source":"S0","is_current":false}],
 "points":[{"from":"2026-05-01T00:00:00Z","to":"2026-06-01T00:00:00Z","value":25,"n":4,"interval":{"low":-44.15976853,"high":72.731197101,"level":0.95},"partial":false,"detail":{"detractors":1,"passives":1,"promoters":2}}],
 "groups":[{"key":"enterprise","value":25,"numerator":1,"denominator":4,"n":4,"small_sample":true,"interval":{"low":-44.15976853,"high":72.731197101,"level":0.95},"detail":{"detractors":1,"passives":1,"promoters":2},
  "points":[{"from":"2026-05-01T00:00:00Z","to":"2026-06-01T00:00:00Z","value":25,"n":4,"interval":{"low":-44.15976853,"high":72.731197101,"level":0.95},"partial":false,"detail":{"detractors":1,"passives":1,"promoters":2}}]}],
 "detail":{"detractors":1,"distribution":{"10":1,"3":1,"7":1,"9":1},"passives":1,"promoters":2},
 "definition":{"text":"","formula":""},"policies":[]}`
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		got := ask(t, s, metric.Ask{Metric: "nps", From: "2026-05-01", To: "2026-06-01", Grain: "month", By: "plan", Segment: "plan = enterprise"})
		if got.Label == "" || got.Definition.Text == "" || got.Definition.Formula == "" {
			t.Errorf("it does not say what it is: %q, %+v", got.Label, got.Definition)
		}
		got.Label, got.Definition = "", metric.Wording{}
		delete(got.Detail, "weightings") // a test of its own looks at them
		delete(got.Groups[0].Detail, "weightings")
		raw, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if plain := strings.NewReplacer("\n  ", "", "\n ", "").Replace(want); string(raw) != plain {
			t.Errorf("got  %s\nwant %s", raw, plain)
		}
		var back metric.Answer
		if err := json.Unmarshal(raw, &back); err != nil || back.Value.String() != "25" || back.Groups[0].Points[0].Interval.High.Float != 72.731197101 {
			t.Errorf("a client reads it as %+v, %v", back, err)
		}
	})
}
