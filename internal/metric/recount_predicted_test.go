package metric_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/stat"
)

// renewing draws customers that pay month by month or year by year, leave, and now and then come back; ordering draws
// accounts and people that buy now and then.
func renewing(t *rapid.T) []row {
	var rows []row
	for i := range rapid.IntRange(8, 40).Draw(t, "customers") {
		account := fmt.Sprintf("c%02d", i)
		f := set{"amount": fmt.Sprint(rapid.IntRange(10, 400).Draw(t, "amount")), "interval": rapid.SampledFrom([]string{"month", "month", "month", "year"}).Draw(t, "interval")}
		at := on("2025-01-01").AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, "start"))
		for range 1 + rapid.IntRange(0, 4).Draw(t, "returns")/4 {
			begins := subscription(account, "2025-01-01", f)
			begins.at = at
			rows = append(rows, begins)
			if at = at.AddDate(0, rapid.IntRange(0, 14).Draw(t, "months"), rapid.SampledFrom([]int{0, 0, 3, 20}).Draw(t, "days")).Add(time.Hour * time.Duration(rapid.IntRange(1, 9).Draw(t, "hours"))); at.After(dusk) {
				break
			}
			ends := begins
			ends.at, ends.f = at, set{"status": "canceled"}
			for name, v := range begins.f {
				if name != "status" {
					ends.f[name] = v
				}
			}
			rows, at = append(rows, ends), at.AddDate(0, 0, 10)
		}
		rows = append(rows, row{kind: "accounts", at: dawn, account: account, f: set{"plan": []string{"team", "starter"}[i%2]}})
	}
	return rows
}

func ordering(t *rapid.T) []row {
	var rows []row
	for i := range rapid.IntRange(5, 40).Draw(t, "buyers") {
		one := row{kind: "orders", account: fmt.Sprintf("b%02d", i)}
		if i%3 == 0 {
			one.account, one.user = "", fmt.Sprintf("p%02d", i)
		}
		for range 1 + rapid.IntRange(0, 6).Draw(t, "orders") {
			one.at = dawn.AddDate(0, 0, rapid.IntRange(0, 150).Draw(t, "day")).Add(10 * time.Hour)
			one.f = set{"amount": fmt.Sprint(rapid.IntRange(1, 900).Draw(t, "spent")), "currency": "EUR"}
			rows = append(rows, one)
		}
	}
	return rows
}

// prediction is what the recount expects: what all are worth together, how many they are, and how many no model covers.
type prediction struct {
	total            float64
	covered, leftOut int
}

func (p *prediction) put(worth float64, who int, known bool) {
	if known {
		p.total, p.covered = p.total+worth, p.covered+who
	} else {
		p.leftOut += who
	}
}

// lived is one life under agreement as it stands at an instant.
type lived struct {
	cycle, renewals int
	lost            bool
	monthly         float64
}

// paidLives follows every subscription through its states until to.
func (c recount) paidLives(to time.Time) []lived {
	var all []lived
	for _, id := range c.subjects("subscriptions", "subscription_id") {
		var begun row
		finish := func(end time.Time, lost bool) {
			one := lived{cycle: map[string]int{"month": 1, "year": 12}[begun.text("interval")], lost: lost}
			since, until := begun.at, end
			months := float64((until.Year()-since.Year())*12+int(until.Month()-since.Month())) + (until.Sub(time.Date(until.Year(), until.Month(), 1, 0, 0, 0, 0, time.UTC)).Hours()-since.Sub(time.Date(since.Year(), since.Month(), 1, 0, 0, 0, 0, time.UTC)).Hours())/24/31
			cycles := months / float64(one.cycle)
			if one.renewals = int(cycles + 1e-6); lost {
				one.renewals = max(0, int(math.Ceil(cycles-1e-6))-1)
			} else {
				fmt.Sscan(begun.text("amount"), &one.monthly)
				one.monthly /= float64(one.cycle)
			}
			all = append(all, one)
			begun = row{}
		}
		for _, r := range c.states("subscriptions", "subscription_id", id) {
			_, kept := c.group(r.account, r)
			switch {
			case !r.at.Before(to) || !kept:
			case r.text("status") == "active":
				begun = r
			default:
				finish(r.at, r.at.Before(to))
			}
		}
		if begun.kind != "" {
			finish(to, false)
		}
	}
	return all
}

// predicted is the prediction at an instant, from plain loops and the estimators alone.
func (c recount) predicted(to time.Time, months int, discount float64) prediction {
	var p prediction
	c.to = to
	for _, cycle := range []int{1, 12} {
		var kept, lost []float64
		var held []stat.Holding
		n, left := 0, 0
		for _, life := range c.paidLives(to) {
			if life.cycle != cycle {
				continue
			}
			n++
			for len(kept) <= life.renewals {
				kept, lost = append(kept, 0), append(lost, 0)
			}
			for i := range life.renewals {
				kept[i]++
			}
			if life.lost {
				left++
				lost[life.renewals]++
			} else {
				held = append(held, stat.Holding{Renewals: life.renewals, Worth: life.monthly * float64(cycle)})
			}
		}
		for last := len(kept) - 1; last >= 0 && kept[last]+lost[last] == 0; last-- {
			kept, lost = kept[:last], lost[:last]
		}
		worth, known := 0.0, false
		if m, err := stat.FitCohorts(kept, lost); n >= 10 && left > 0 && err == nil {
			known = true
			worth, _ = m.Value(held, months/cycle, math.Pow(1+discount/100, float64(cycle)/12)-1)
		}
		p.put(worth, len(held), known)
	}
	worth, who, known := c.ordered(to, float64(months), discount)
	p.put(worth, who, known)
	return p
}

// ordered is what those who bought before an instant will.
func (c recount) ordered(to time.Time, months, discount float64) (worth float64, who int, known bool) {
	byDay := map[string]map[int]float64{}
	for _, r := range c.rows {
		if _, kept := c.group(r.account, r); r.kind != "orders" || !r.at.Before(to) || !kept {
			continue
		}
		id, amount := r.account+"/"+r.user, 0.0
		fmt.Sscan(r.text("amount"), &amount)
		if byDay[id] == nil {
			byDay[id] = map[int]float64{}
		}
		byDay[id][int(r.at.Unix()/86400)] += amount
	}
	var buyers []stat.Buyer
	for _, id := range slices.Sorted(maps.Keys(byDay)) {
		first, last, all := math.MaxInt, 0, 0.0
		for day, amount := range byDay[id] {
			first, last, all = min(first, day), max(last, day), all+amount
		}
		one := stat.Buyer{Repeats: len(byDay[id]) - 1, LastRepeat: float64(last-first) / 7, Watched: float64(int(to.Unix()/86400)-1-first) / 7}
		if one.Repeats > 0 {
			one.Value = (all - byDay[id][first]) / float64(one.Repeats)
		}
		buyers = append(buyers, one)
	}
	if len(buyers) < 10 {
		return 0, len(buyers), false
	}
	m, err := stat.FitPurchases(buyers)
	if err != nil {
		return 0, len(buyers), false
	}
	spend, err := stat.FitSpend(buyers)
	if err != nil {
		return 0, len(buyers), false
	}
	const weeks = 365.25 / 7
	_, totals, err := stat.Lifetimes(m, spend, buyers, months*weeks/12, math.Pow(1+discount/100, 1/weeks)-1)
	if err != nil || totals.Mean == nil {
		return 0, len(buyers), false
	}
	return *totals.Mean * float64(len(buyers)), len(buyers), true
}

// What is predicted equals what the estimators say of lives and buyers counted in plain loops, at the end of every month, in a
// segment, as of a past instant, and over other horizons.
func TestPredictedLifetimeValuesEqualARecount(t *testing.T) {
	company := func(t *rapid.T) []row {
		rows := append(renewing(t), ordering(t)...)
		for i := range rows {
			rows[i].seq = i + 1
		}
		return rows
	}
	var known atomic.Int64
	t.Cleanup(func() {
		if n := known.Load(); n < 10 {
			t.Errorf("only %d of the questions had something to predict from", n)
		}
	})
	eachCompany(t, map[string]int{"duckdb": draws, "postgres": draws / 3}, company, func(rt *rapid.T, c drawn) {
		rows, s := c.rows, c.s
		half := len(rows) / 2
		team := func(trait func(string) string) bool { return trait("plan") == "team" }
		for _, q := range []struct {
			count    recount
			ask      metric.Ask
			months   int
			discount float64
		}{
			{recount{rows: rows}, metric.Ask{Grain: "month"}, 36, 10},
			{recount{rows: rows, keep: team}, metric.Ask{Segment: "plan = team"}, 36, 10},
			{recount{rows: rows[:half]}, metric.Ask{AsOf: rows[half-1].received().Format(time.RFC3339)}, 36, 10},
			{recount{rows: rows}, metric.Ask{Set: map[string]string{"prediction_months": "12", "prediction_discount": "0"}}, 12, 0},
		} {
			q.ask.Metric, q.ask.Variant, q.ask.From, q.ask.To = "clv", "predicted", "2026-04-01", "2026-07-01"
			got, err := s.Answer(context.Background(), q.ask)
			if err != nil {
				rt.Fatal(err)
			}
			want := q.count.predicted(dusk, q.months, q.discount)
			if want.covered > 0 {
				known.Add(1)
			}
			isPredicted(rt, fmt.Sprintf("%+v", q.ask), got.Value, got.N, want)
			if out, _ := got.Detail["left_out"].(*metric.Figure); got.N+int64(want.leftOut) > 0 && (out == nil || out.Float != float64(want.leftOut)) {
				rt.Fatalf("%+v leaves %v out, want %d", q.ask, out, want.leftOut)
			}
			for _, p := range got.Points {
				isPredicted(rt, p.From.Format("January"), p.Value, p.N, q.count.predicted(p.To, q.months, q.discount))
			}
		}
	})
}

func isPredicted(t *rapid.T, what string, got *metric.Figure, n int64, want prediction) {
	if n != int64(want.covered) || (got == nil) != (want.covered == 0) {
		t.Fatalf("%s: %v of %d, want %+v", what, got, n, want)
	}
	if mean := want.total / float64(want.covered); got != nil && math.Abs(got.Float-mean) > 1e-4*(1+mean) {
		t.Fatalf("%s: %v, want %v", what, got, mean)
	}
}
