package metric

import (
	"context"
	"math/big"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// loadRates decides which currency money is shown in and finds, for every point, the rates that held just before its
// end. A rate that is not known is only missed when there is an amount that needs it.
func (e *evaluation) loadRates(ctx context.Context, reporting string) error {
	used, err := e.currencies(ctx)
	if err != nil {
		return err
	}
	e.currency = e.query.currency
	if e.currency == "" {
		e.currency = reporting
	}
	if reporting == "" && e.currency == "" {
		switch len(used) {
		case 0:
			e.currency = "EUR" // nothing to show, and every currency shows nothing alike
		case 1:
			e.currency = used[0]
		default:
			return fault.New(fault.Invalid, "amounts are in several currencies (%s) and no reporting currency is chosen", strings.Join(used, ", ")).
				Mend("set `currency` in the settings, or ask with currency=%s", used[0])
		}
	}
	if reporting == "" {
		reporting = e.currency
	}
	dated, err := e.datedRates(ctx)
	if err != nil {
		return err
	}
	if e.conventions.value(policies[exchangeRate]) == "constant" {
		dated = latest(dated, e.now)
	}
	at := func(code string, t time.Time) *big.Rat {
		if code == reporting {
			return big.NewRat(1, 1)
		}
		var known *big.Rat
		for _, r := range dated[code] {
			if !r.from.Before(t) {
				break
			}
			known = r.rate
		}
		return known
	}
	e.fx = rateSpans(used, e.currency, reporting, dated)
	for _, span := range e.fx {
		if span.rate.Cmp(largestRate) >= 0 {
			return tooLarge(span.currency, e.currency, span.rate, reporting)
		}
	}
	for _, p := range e.points {
		to := at(e.currency, p.Period.To)
		for _, code := range used {
			r := rate{i: p.i, currency: code}
			if from := at(code, p.Period.To); code == e.currency {
				r.rate = big.NewRat(1, 1)
			} else if from != nil && to != nil {
				r.rate = new(big.Rat).Quo(from, to)
				r.rate.Mul(r.rate, minorUnits(code, e.currency))
			}
			if r.rate != nil && r.rate.Cmp(largestRate) >= 0 {
				return tooLarge(code, e.currency, r.rate, reporting)
			}
			e.rates = append(e.rates, r)
		}
	}
	return nil
}

// exchangeRate is the policy that says whether amounts have the rates of their time.
const exchangeRate = "exchange_rate"

// latest are the last rates known, held at all times, so that amounts of different years compare.
func latest(dated map[string][]datedRate, now time.Time) map[string][]datedRate {
	constant := map[string][]datedRate{}
	for code, rates := range dated {
		for _, r := range rates {
			if !r.from.After(now) {
				constant[code] = []datedRate{{beginningOfTime, r.rate}}
			}
		}
	}
	return constant
}

func tooLarge(from, to string, rate *big.Rat, reporting string) error {
	return fault.New(fault.Invalid, "the exchange rate from %s to %s, %s, is too large", from, to, rate.FloatString(2)).Mend("correct the `fx` facts of %s and %s", from, reporting)
}

// rateSpan is from when until when a currency had a rate to the one that money is shown in.
type rateSpan struct {
	currency    string
	from, until time.Time
	rate        *big.Rat
}

// rateSpans are the rates of every currency used, for amounts that are brought over on their own date.
func rateSpans(used []string, shown, reporting string, dated map[string][]datedRate) []rateSpan {
	always := []datedRate{{beginningOfTime, big.NewRat(1, 1)}}
	ofReporting := func(code string) []datedRate {
		if code == reporting {
			return always
		}
		return dated[code]
	}
	var spans []rateSpan
	for _, code := range used {
		if code == shown {
			spans = append(spans, rateSpan{code, always[0].from, endOfTime, big.NewRat(1, 1)})
			continue
		}
		for _, r := range ofReporting(code) {
			for _, s := range ofReporting(shown) {
				span := rateSpan{code, later(r.from, s.from), earlier(after(ofReporting(code), r), after(ofReporting(shown), s)), new(big.Rat).Quo(r.rate, s.rate)}
				span.rate.Mul(span.rate, minorUnits(code, shown))
				if span.from.Before(span.until) {
					spans = append(spans, span)
				}
			}
		}
	}
	return spans
}

var (
	beginningOfTime = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	endOfTime       = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
)

// after is when a rate is followed by the next one.
func after(all []datedRate, r datedRate) time.Time {
	for _, next := range all {
		if next.from.After(r.from) {
			return next.from
		}
	}
	return endOfTime
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// largestRate is where decimal(18,9), in which SQL has rates, ends.
var largestRate = big.NewRat(1_000_000_000, 1)

// minorUnits is how many minor units of one currency stand for as many of another: 100 yen are 100 minor units, 100
// euros 10 000.
func minorUnits(from, to string) *big.Rat {
	unit := func(code string) *big.Int {
		digits, _ := fact.MinorDigits(code)
		return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	}
	return new(big.Rat).SetFrac(unit(to), unit(from))
}

type datedRate struct {
	from time.Time
	rate *big.Rat
}

// datedRates are the fx facts by currency, oldest first; of two with one instant the one received last comes last.
func (e *evaluation) datedRates(ctx context.Context) (map[string][]datedRate, error) {
	sql := "select currency, ts, rate from fact_fx"
	if received := e.view.Received(fact.Fx.Name, ""); received != "" {
		sql += " where " + received
	}
	rows, err := e.view.Query(ctx, sql+" order by currency, ts, seq")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	dated := map[string][]datedRate{}
	for rows.Next() {
		var code, text string
		var from time.Time
		if err := rows.Scan(&code, &from, &text); err != nil {
			return nil, err
		}
		if r, ok := new(big.Rat).SetString(text); ok {
			dated[code] = append(dated[code], datedRate{from, r})
		}
	}
	return dated, rows.Err()
}

func (e *evaluation) currencies(ctx context.Context) ([]string, error) {
	var parts []string
	for _, name := range e.def.Facts {
		kind, ok := fact.KindNamed(name)
		if !ok || !kind.Has("currency") || kind.Name == "fx" {
			continue
		}
		part := "select distinct currency from fact_" + kind.Name + " where currency is not null"
		if kind.Has("monthly") { // what is free needs no rate; what is canceled is worth its amount until it ends
			var worth []string
			for _, c := range kind.Columns {
				if c.Type == fact.Money || c.Name == "monthly" {
					worth = append(worth, `"`+c.Name+`" > 0`)
				}
			}
			part += " and (" + strings.Join(worth, " or ") + ")"
		}
		parts = append(parts, part+also(e.view.Received(kind.Name, "")))
	}
	if len(parts) == 0 {
		return nil, nil
	}
	rows, err := e.view.Query(ctx, strings.Join(parts, " union ")+" order by 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var used []string
	for rows.Next() {
		var code string
		if err := rows.Scan(&code); err != nil {
			return nil, err
		}
		used = append(used, code)
	}
	return used, rows.Err()
}

// missingRate is the error that an amount in this currency could not be converted for a point; nil for "".
func (e *evaluation) missingRate(code string, i int) error {
	if code == "" {
		return nil
	}
	when := e.period.To
	for _, p := range e.points {
		if p.i == i {
			when = p.Period.To
		}
	}
	code, date, dated := strings.Cut(code, " ") // amounts that are brought over on their own date say which it is
	if !dated {
		date = when.Format(time.DateOnly)
	}
	return fault.New(fault.Invalid, "no exchange rate from %s to %s is known before %s", code, e.currency, date).
		Mend("import an `fx` fact: currency %s, the rate, and a date before that", code)
}
