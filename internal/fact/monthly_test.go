package fact

import (
	"fmt"
	"testing"
)

func TestMonthlyValueOfEveryInterval(t *testing.T) {
	const unit = MonthlyUnit
	for _, c := range []struct {
		interval string
		count    int64
		quantity int64
		discount string
		want     int64 // of 120.00
	}{
		{"month", 1, 1, "", 12000 * unit},
		{"month", 1, 5, "", 60000 * unit},
		{"quarter", 1, 1, "", 4000 * unit},
		{"year", 1, 1, "", 1000 * unit},
		{"year", 2, 1, "", 500 * unit},
		{"week", 1, 1, "", 12000 * 52 * unit / 12},
		{"week", 2, 1, "", 12000 * 26 * unit / 12},
		{"day", 1, 1, "", 12000 * 365 * unit / 12},
		{"month", 1, 1, "25", 9000 * unit},
		{"month", 1, 1, "33.3", 8004 * unit},
		{"month", 1, 1, "100", 0},
		{"month", 7, 1, "", 1714285714}, // 12000/7 = 1714.285714…
	} {
		got, ok := Monthly(12000, c.quantity, c.discount, c.interval, c.count)
		if !ok || got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	if got, _ := Monthly(-100, 1, "", "month", 3); got != -33333333 {
		t.Errorf("a credit is rounded to %d", got)
	}
	if _, ok := Monthly(1<<62, 1<<30, "", "month", 1); ok {
		t.Error("an overflow passed")
	}
}

func TestSubscriptionsCountWhileTheyArePaid(t *testing.T) {
	for status, want := range map[string]int64{"active": 1000, "past_due": 1000, "trialing": 0, "paused": 0, "canceled": 0} {
		f := good(t, "subscriptions", fmt.Sprintf(`{"ts":"2026-01-01","account_id":"a","subscription_id":"s","status":%q,
			"amount":"120.00","currency":"EUR","interval":"year","monthly":99}`, status))
		if got := f.Get("monthly").Int; got != want*MonthlyUnit {
			t.Errorf("%s: %d", status, got)
		}
		if string(f.Properties) != `{"monthly":99}` {
			t.Errorf("a derived column was taken from the row: %s", f.Properties)
		}
	}
}

func TestContractTermsCountWholeMonthsOfTheWorkspaceCalendar(t *testing.T) {
	for _, c := range []struct {
		start, end string
		want       int64 // of 1200.00
	}{
		{"2026-01-01", "2027-01-01", 100_00 * MonthlyUnit},
		{"2026-01-01", "2026-07-01", 200_00 * MonthlyUnit}, // over the change to summer time
		{"2026-01-31", "2026-03-31", 600_00 * MonthlyUnit},
		{"2026-01-01", "2026-12-31", 12000000000 * 10 * 365 / 364 / 12},
	} {
		f := good(t, "contracts", fmt.Sprintf(`{"ts":"2026-01-01","account_id":"a","contract_id":"c","start":%q,"end":%q,
			"value":"1200.00","currency":"EUR","status":"open"}`, c.start, c.end))
		if got := f.Get("monthly").Int; got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.start, c.end, got, c.want)
		}
	}
}
