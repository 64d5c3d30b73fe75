package account

import (
	"math/big"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// Money is an amount in minor units of its currency; without a currency there is none.
type Money struct {
	Minor    int64
	Currency string
}

// Major is the amount in the major unit, for showing.
func (m Money) Major() float64 {
	digits, _ := fact.MinorDigits(m.Currency)
	x := float64(m.Minor)
	for range digits {
		x /= 10
	}
	return x
}

// Known says whether there is an amount.
func (m Money) Known() bool { return m.Currency != "" }

// Rates bring amounts to one currency. A currency without a rate stays what it is.
type Rates struct {
	// Currency is what amounts are brought to; empty: nothing is.
	Currency string
	// To has what one major unit of a currency is worth in the currency that the rates are stated in.
	To map[string]*big.Rat
}

// NewRates are rates to a currency, from decimal texts to the reporting currency. When none is chosen and all amounts
// are in one currency, that is it.
func NewRates(reporting string, used []string, decimals map[string]string) Rates {
	r := Rates{Currency: reporting, To: map[string]*big.Rat{}}
	if reporting == "" && len(used) == 1 {
		r.Currency = used[0]
	}
	for code, text := range decimals {
		if rate, ok := new(big.Rat).SetString(text); ok && rate.Sign() > 0 {
			r.To[code] = rate
		}
	}
	if r.Currency != "" {
		r.To[r.Currency] = big.NewRat(1, 1)
	}
	return r
}

// factor is what units of one minor unit of a currency are worth in minor units of r's; nil when that is not known.
func (r Rates) factor(code string) *big.Rat {
	if code == r.Currency {
		return big.NewRat(1, 1)
	}
	rate := r.To[code]
	if rate == nil || r.Currency == "" {
		return nil
	}
	digits := func(code string) *big.Int {
		n, _ := fact.MinorDigits(code)
		return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	}
	f := new(big.Rat).SetFrac(digits(r.Currency), digits(code))
	return f.Mul(f, rate)
}

// Sum adds amounts, given in 1/unit of the minor unit and by currency, in one currency: that of the rates, or the only
// one there is. Mixed says that an amount had no rate and is missing from the sum.
func (r Rates) Sum(amounts map[string]int64, unit int64) (sum Money, mixed bool) {
	total := new(big.Rat)
	for code, n := range amounts {
		if n == 0 {
			continue
		}
		factor := r.factor(code)
		if factor == nil && len(amounts) == 1 {
			return Money{Minor: rounded(big.NewRat(n, unit)), Currency: code}, false
		}
		if factor == nil {
			mixed = true
			continue
		}
		total.Add(total, factor.Mul(factor, big.NewRat(n, unit)))
		sum.Currency = r.Currency
	}
	sum.Minor = rounded(total)
	return sum, mixed
}

// rounded is the nearest whole number, half away from zero.
func rounded(x *big.Rat) int64 {
	num, den := new(big.Int).Lsh(x.Num(), 1), x.Denom()
	num.Add(num, new(big.Int).Mul(den, big.NewInt(int64(x.Sign()))))
	return num.Quo(num, new(big.Int).Lsh(den, 1)).Int64()
}

// Recurring is an agreement worth Monthly (millionths of the minor unit) a month, From <= instant < Until; a zero Until
// is open.
type Recurring struct {
	From, Until time.Time
	Monthly     int64
	Currency    string
}

// At says whether the agreement holds just before an instant.
func (s Recurring) At(t time.Time) bool {
	return s.From.Before(t) && (s.Until.IsZero() || !s.Until.Before(t))
}

// Worth is what agreements are worth a month just before an instant, with the rates given.
func Worth(spans []Recurring, t time.Time, r Rates) (Money, bool) {
	amounts := map[string]int64{}
	for _, s := range spans {
		if s.Monthly > 0 && s.At(t) {
			amounts[s.Currency] += s.Monthly
		}
	}
	return r.Sum(amounts, fact.MonthlyUnit)
}

// CustomerSince is when an account first paid, and until when it did; a zero until says it still does at t.
func CustomerSince(spans []Recurring, t time.Time) (since, until time.Time) {
	still := false
	for _, s := range spans {
		if s.Monthly <= 0 || !s.From.Before(t) {
			continue
		}
		if since.IsZero() || s.From.Before(since) {
			since = s.From
		}
		still = still || s.At(t)
		if s.Until.After(until) {
			until = s.Until
		}
	}
	if still {
		until = time.Time{}
	}
	return since, until
}

// Term is a subscription that renews by itself: every Count intervals from its anchor on.
type Term struct {
	Anchor   time.Time
	Interval string // day, week, month, quarter, year
	Count    int
}

// Next is the first renewal after an instant, by the calendar of the anchor's zone; zero when the interval is unknown.
func (m Term) Next(t time.Time) time.Time {
	count := max(m.Count, 1)
	step := func(n int) time.Time {
		n *= count
		switch m.Interval {
		case "day":
			return m.Anchor.AddDate(0, 0, n)
		case "week":
			return m.Anchor.AddDate(0, 0, 7*n)
		case "month":
			return addMonths(m.Anchor, n)
		case "quarter":
			return addMonths(m.Anchor, 3*n)
		case "year":
			return addMonths(m.Anchor, 12*n)
		}
		return time.Time{}
	}
	if step(1).IsZero() {
		return time.Time{}
	}
	// From an estimate that is never too late.
	length := step(1).Sub(m.Anchor) + 4*24*time.Hour
	n := 1
	if ahead := t.Sub(m.Anchor); ahead > 0 {
		n = max(1, int(ahead/length))
	}
	for !step(n).After(t) {
		n++
	}
	return step(n)
}

// addMonths keeps the day of the month where the month has it, else takes its last.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
