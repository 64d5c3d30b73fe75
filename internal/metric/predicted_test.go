package metric_test

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/stat"
)

// order is a purchase of an account.
func order(account string, day time.Time, amount float64) row {
	return row{kind: "orders", at: day.Add(12 * time.Hour), account: account, f: set{"amount": fmt.Sprintf("%.2f", amount), "currency": "EUR"}}
}

// predicted asks for the prediction at the end of a day, and gives its models.
func predicted(t *testing.T, s *metric.Service, end string, more map[string]string) (*metric.Answer, []metric.Row) {
	t.Helper()
	a := ask(t, s, metric.Ask{Metric: "clv", Variant: "predicted", From: on(end).AddDate(0, -1, 0).Format(time.DateOnly), To: end, Set: more})
	models, _ := a.Detail["models"].([]metric.Row)
	return a, models
}

func wantNear(t *testing.T, row metric.Row, want map[string]float64) {
	t.Helper()
	for name, x := range want {
		if f, _ := row[name].(*metric.Figure); f == nil || math.Abs(f.Float/x-1) > 0.01 {
			t.Errorf("%s is %v, want %v within 1 %%", name, row[name], x)
		}
	}
}

// Orders with the days and amounts of the CDNOW sample, as counted in internal/stat, give the parameters published for it:
// BG/NBD by Fader, Hardie and Lee (2005), Gamma-Gamma by Fader and Hardie (2013).
func TestOrdersOfTheCDNOWSampleGiveThePublishedParameters(t *testing.T) {
	file, err := os.Open("../stat/testdata/cdnow_buyers.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	last := on("1997-09-30")
	var rows []row
	var buyers []stat.Buyer
	lines, n := bufio.NewScanner(file), 0
	for lines.Scan() {
		var x, tx, watched, customers int
		var value float64
		if c, err := fmt.Sscan(lines.Text(), &x, &tx, &watched, &value, &customers); c < 5 {
			if n > 0 {
				t.Fatal(err)
			}
			continue // the header
		}
		for range customers {
			n++
			buyers = append(buyers, stat.Buyer{Repeats: x, LastRepeat: float64(tx) / 7, Watched: float64(watched) / 7, Value: value})
			account, first := fmt.Sprintf("c%04d", n), last.AddDate(0, 0, -watched)
			rows = append(rows, order(account, first, 10))
			for i := range x { // the last on its day, those before on the days just ahead of it
				rows = append(rows, order(account, first.AddDate(0, 0, tx-i), value))
			}
		}
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a, models := predicted(t, s, "1997-10-01", nil)
		if n != 2357 || a.N != 2357 || a.Value == nil || a.Interval == nil || !(a.Interval.Low.Float < a.Value.Float && a.Value.Float < a.Interval.High.Float) || len(models) != 1 {
			t.Fatalf("%d customers, value %v of %d, interval %+v, %v", n, a.Value, a.N, a.Interval, models)
		}
		wantNear(t, models[0], map[string]float64{"r": .243, "alpha": 4.414, "a": .793, "b": 2.426, "p": 6.25, "q": 3.74, "v": 15.44})
		// A year ahead, as internal/stat says of these buyers.
		m, err := stat.FitPurchases(buyers)
		if err != nil {
			t.Fatal(err)
		}
		spend, err := stat.FitSpend(buyers)
		if err != nil {
			t.Fatal(err)
		}
		_, totals, err := stat.Lifetimes(m, spend, buyers, 365.25/7, 0)
		if err != nil {
			t.Fatal(err)
		}
		a, _ = predicted(t, s, "1997-10-01", map[string]string{"prediction_months": "12", "prediction_discount": "0"})
		for name, c := range map[string][2]float64{"value": {a.Value.Float, *totals.Mean}, "low": {a.Interval.Low.Float, totals.MeanRange.Low}, "high": {a.Interval.High.Float, totals.MeanRange.High}} {
			if math.Abs(c[0]/c[1]-1) > 0.001 { // cents are rounded
				t.Errorf("the %s is %v, want %v", name, c[0], c[1])
			}
		}
	})
}

// Of 1000 customers so many were left after each renewal: the high end cohort of Fader and Hardie (2007).
func TestACohortUnderContractGivesThePublishedParameters(t *testing.T) {
	left := []int{1000, 869, 743, 653, 593, 551, 517, 491}
	var rows []row
	for i := range 1000 {
		account := fmt.Sprintf("c%04d", i)
		rows = append(rows, subscription(account, "2025-01-01", nil))
		for k := 1; k < len(left); k++ {
			if i >= left[k] && i < left[k-1] {
				rows = append(rows, subscription(account, fmt.Sprintf("2025-%02d-01", 1+k), set{"status": "canceled"}))
			}
		}
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a, models := predicted(t, s, "2025-08-20", nil)
		if len(models) != 1 || a.N != 491 || a.Value == nil || a.Interval == nil {
			t.Fatalf("%v of %d, %v", a.Value, a.N, models)
		}
		wantNear(t, models[0], map[string]float64{"alpha": .668, "beta": 3.806, "cycle_months": 1, "customers": 491, "lost": 509})
		// 36 payments of 100, each if the customer is still there, discounted by a tenth a year.
		want, stay := 0.0, 1.0
		for k := 8.0; k < 44; k++ {
			stay *= (3.806 + k - 1) / (.668 + 3.806 + k - 1)
			want += 100 * stay * math.Pow(1.1, -(k-7)/12)
		}
		if math.Abs(a.Value.Float/want-1) > 0.01 || !(a.Interval.Low.Float < want && want < a.Interval.High.Float) {
			t.Errorf("%v in %+v, want %v", a.Value, a.Interval, want)
		}
	})
}

func TestTooLittleToPredictFromIsNullWithItsReason(t *testing.T) {
	t.Parallel()
	some := func(n int, make func(account string) []row) []row {
		var rows []row
		for i := range n {
			rows = append(rows, make(fmt.Sprintf("c%d", i))...)
		}
		return rows
	}
	stays := func(account string) []row { return []row{subscription(account, "2026-01-01", nil)} }
	goes := func(account string) []row {
		return []row{subscription(account, "2026-01-01", nil), subscription(account, "2026-01-20", set{"status": "canceled"})}
	}
	once := func(account string) []row { return []row{order(account, on("2026-01-01"), 10)} }
	free := func(account string) []row {
		return []row{order(account, on("2026-01-01"), 0), order(account, on("2026-02-01"), 0)}
	}
	today := func(account string) []row {
		return []row{order(account, on("2026-05-28"), 10), order(account, on("2026-05-31"), 10)}
	}
	for reason, rows := range map[string][]row{
		"": nil, "too_few_customers": some(9, stays), "nobody_left": some(12, stays), "too_few_renewals": some(12, goes),
		"too_few_customers ": some(9, once), "nobody_bought_again": some(12, once), "too_few_repeats": some(12, free), "watched_too_briefly": some(12, today),
	} {
		t.Run(reason, func(t *testing.T) {
			l, s := serving(t, "duckdb")
			defer l.Close()
			for i := range rows {
				rows[i].seq = i + 1
			}
			load(t, l, rows)
			a, models := predicted(t, s, "2026-06-01", nil)
			if a.Value != nil || a.Interval != nil || (len(rows) > 0) != (len(models) == 1) || (len(models) == 1 && models[0]["reason"] != strings.TrimSpace(reason)) {
				t.Errorf("%v in %v, %v", a.Value, a.Interval, models)
			}
		})
	}
}
