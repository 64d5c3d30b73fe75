package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/stat"
)

func (sh *shell) statsSBG() *cobra.Command {
	var survivors, period string
	var size, discount float64
	var ahead int
	c := &cobra.Command{
		Use:   "sbg FILE",
		Short: "Retention of a cohort under contract: shifted beta-geometric model",
		Long: "Each row is a renewal period, in order, with how many of the cohort were left after it. A first row that still has the whole cohort is taken as its beginning, " +
			"unless --period names the column with the periods' numbers (0 is the beginning).",
		Example: "  keepwell stats sbg cohort.csv --cohort-size 1000 --survivors left",
		Args:    exactly("file"),
	}
	f := c.Flags()
	f.Float64Var(&size, "cohort-size", 0, "customers that the cohort began with")
	f.StringVar(&survivors, "survivors", "", "column with how many were left")
	f.StringVar(&period, "period", "", "column with the number of the period")
	f.IntVar(&ahead, "ahead", 12, "periods to project")
	f.Float64Var(&discount, "discount", 0.1, "discount rate a period, for the residual lifetime")
	c.RunE = sh.estimating(map[string]*string{"survivors": &survivors}, headerFlag(c), func(t *table) (any, error) {
		switch {
		case !c.Flags().Changed("cohort-size"):
			return nil, &misused{fmt.Errorf("--cohort-size is missing")}
		case ahead < 0 || ahead > 1000:
			return nil, &misused{fmt.Errorf("--ahead %d is not within 0 and 1000", ahead)}
		case !(discount > 0):
			return nil, &misused{fmt.Errorf("--discount %v is not above zero: without discount a residual lifetime may have no end", discount)}
		}
		return cohort(t, size, survivors, period, ahead, discount)
	})
	return c
}

func cohort(t *table, size float64, survivors, period string, ahead int, discount float64) (any, error) {
	column, err := t.column(survivors)
	if err != nil {
		return nil, err
	}
	left, err := t.numbers(column)
	if err != nil {
		return nil, err
	}
	begins := len(left) > 0 && left[0] == size
	if period != "" {
		at, err := t.column(period)
		if err != nil {
			return nil, err
		}
		numbers, err := t.numbers(at)
		if err != nil {
			return nil, err
		}
		begins = numbers[0] == 0
		for i, n := range numbers {
			want := float64(i)
			if !begins {
				want++
			}
			if n != want {
				return nil, t.refused(i, at, "period %v stands where %v should", n, want).Mend("give one row for each period, in order, from 0 or 1 on")
			}
		}
		if begins && left[0] != size {
			return nil, t.refused(0, column, "%v customers at the beginning are not the cohort of %v", left[0], size)
		}
	}
	notes := []string{}
	if begins {
		// Rows are counted on from here, so that a refusal names the right line.
		t.rows, t.lines, left = t.rows[1:], t.lines[1:], left[1:]
		if period == "" {
			notes = append(notes, "the first row has the whole cohort and is taken as its beginning; give --period where it is not")
		}
	}
	m, err := stat.FitContracts(size, left)
	if err != nil {
		return nil, t.because(err)
	}
	worth, err := m.Residuals(discount)
	if err != nil {
		return nil, t.because(err)
	}
	m.Notes = append(notes, m.Notes...)
	return struct {
		Model string  `json:"model"`
		Level float64 `json:"level"`
		*stat.Contracts
		Projection []stat.Projection `json:"projection"`
		Discount   float64           `json:"discount"`
		Residual   []stat.Residual   `json:"derl"`
	}{"shifted-beta-geometric", stat.Level, m, m.Project(ahead), discount, worth}, nil
}

// daysOf are the days in a unit of time; months and years are average ones.
var daysOf = map[string]float64{"day": 1, "week": 7, "month": 365.25 / 12, "year": 365.25}

func (sh *shell) statsBGNBD() *cobra.Command {
	var o orderColumns
	var until, unit string
	var horizon, discount float64
	c := &cobra.Command{
		Use:   "bgnbd FILE",
		Short: "Purchases and value of customers without contract: BG/NBD, with Gamma-Gamma for amounts",
		Long: "Each row is an order. Orders of a customer on one day are one purchase. The models are fitted to what happened up to --until, that day included; later orders in the table " +
			"are compared with what was foretold. The horizon is as long as the time watched, in whole units, unless said otherwise.",
		Example: "  keepwell stats bgnbd orders.csv --customer account_id --date day --amount amount --until 2026-06-30 --unit week",
		Args:    exactly("file"),
	}
	f := c.Flags()
	f.StringVar(&o.customer, "customer", "", "column with the customer")
	f.StringVar(&o.date, "date", "", "column with the date (2026-01-31 or 20260131) or instant")
	f.StringVar(&o.amount, "amount", "", "column with the amount, in one currency")
	f.StringVar(&until, "until", "", "last day that counts")
	f.StringVar(&unit, "unit", "week", "unit of time: day, week, month or year")
	f.Float64Var(&horizon, "horizon", 0, "units of time to look ahead")
	f.Float64Var(&discount, "discount", 0.1, "discount rate a year, for the value")
	c.RunE = sh.estimating(map[string]*string{"customer": &o.customer, "date": &o.date, "until": &until}, headerFlag(c), func(t *table) (any, error) {
		if err := oneOf("unit", unit, "day", "week", "month", "year"); err != nil {
			return nil, err
		}
		end, ok := dayOf(until)
		switch {
		case !ok:
			return nil, &misused{fmt.Errorf("--until %q is no date like 2026-06-30", until)}
		case c.Flags().Changed("horizon") && !(horizon > 0):
			return nil, &misused{fmt.Errorf("--horizon %v is not above zero", horizon)}
		case !(discount >= 0 && discount <= 10):
			return nil, &misused{fmt.Errorf("--discount %v is not a rate such as 0.1", discount)}
		}
		return buying(t, o, end, unit, horizon, discount)
	})
	return c
}

// orderColumns are the names of the columns of a table of orders.
type orderColumns struct{ customer, date, amount string }

func (o orderColumns) read(t *table) ([]stat.Order, error) {
	customer, err := t.column(o.customer)
	if err != nil {
		return nil, err
	}
	date, err := t.column(o.date)
	if err != nil {
		return nil, err
	}
	amount := -1
	if o.amount != "" {
		if amount, err = t.column(o.amount); err != nil {
			return nil, err
		}
	}
	orders := make([]stat.Order, len(t.rows))
	for i, row := range t.rows {
		orders[i].Customer = strings.TrimSpace(row[customer])
		if orders[i].Customer == "" {
			return nil, t.refused(i, customer, "the customer is missing")
		}
		var ok bool
		if orders[i].Day, ok = dayOf(row[date]); !ok {
			return nil, t.refused(i, date, "%q is no date", row[date]).Mend("write dates like 2026-01-31 or 20260131")
		}
		if amount < 0 {
			continue
		}
		if orders[i].Amount, err = t.number(i, amount); err != nil {
			return nil, err
		}
		if !(orders[i].Amount >= 0) || math.IsInf(orders[i].Amount, 1) {
			return nil, t.refused(i, amount, "%v is no amount of a purchase", orders[i].Amount).Mend("take credits out, or off the orders they belong to")
		}
	}
	return orders, nil
}

// later compares what was foretold with what came after the last day that counted.
type later struct {
	Until    string  `json:"until"`
	Length   float64 `json:"length"` // units of time
	Came     int     `json:"purchases"`
	Foretold float64 `json:"expected_purchases"`
}

func buying(t *table, o orderColumns, end int, unit string, horizon, yearly float64) (any, error) {
	orders, err := o.read(t)
	if err != nil {
		return nil, err
	}
	days := daysOf[unit]
	buyers := stat.Buyers(orders, end, days)
	m, err := stat.FitPurchases(buyers)
	if err != nil {
		return nil, t.because(unplaced(err))
	}
	var spend *stat.Spend
	if o.amount != "" {
		if spend, err = stat.FitSpend(buyers); err != nil {
			return nil, t.because(unplaced(err))
		}
	}
	longest := 0.0
	repeaters := 0
	for _, b := range buyers {
		longest = max(longest, b.Watched)
		if b.Repeats > 0 {
			repeaters++
		}
	}
	if horizon == 0 {
		horizon = math.Ceil(longest)
	}
	discount := math.Pow(1+yearly, days/daysOf["year"]) - 1
	customers, totals, err := stat.Lifetimes(m, spend, buyers, horizon, discount)
	if err != nil {
		return nil, t.because(unplaced(err))
	}
	return struct {
		Model string  `json:"model"`
		Level float64 `json:"level"`
		Unit  string  `json:"unit"`
		Until string  `json:"until"`
		N     int     `json:"n"`
		Again int     `json:"repeat_customers"`
		*stat.Purchases
		Spend     *stat.Spend    `json:"gamma_gamma,omitempty"`
		Horizon   float64        `json:"horizon"`
		Discount  float64        `json:"discount_a_year"`
		Totals    *stat.Totals   `json:"totals"`
		Later     *later         `json:"later,omitempty"`
		Customers []stat.Outlook `json:"customers"`
	}{"bg/nbd", stat.Level, unit, dateOf(end), len(buyers), repeaters, m, spend, horizon, yearly, totals, afterwards(m, orders, buyers, end, days, horizon), customers}, nil
}

// unplaced takes the row off a refusal about customers: they are no lines of the table.
func unplaced(err error) error {
	if r, ok := err.(*stat.Refusal); ok {
		return &stat.Refusal{What: r.What, Fix: r.Fix, Row: -1}
	}
	return err
}

// afterwards counts the days of purchase after the end, of those that were customers by then; nil without later orders.
func afterwards(m *stat.Purchases, orders []stat.Order, buyers []stat.Buyer, end int, days, horizon float64) *later {
	known := map[string]bool{}
	for _, b := range buyers {
		known[b.Customer] = true
	}
	last := end
	for _, o := range orders {
		last = max(last, o.Day)
	}
	if last == end {
		return nil
	}
	last = min(last, end+int(math.Round(horizon*days)))
	l := &later{Until: dateOf(last), Length: float64(last-end) / days}
	type purchase struct {
		customer string
		day      int
	}
	seen := map[purchase]bool{}
	for _, o := range orders {
		if p := (purchase{o.Customer, o.Day}); known[o.Customer] && o.Day > end && o.Day <= last && !seen[p] {
			seen[p] = true
			l.Came++
		}
	}
	for _, b := range buyers {
		l.Foretold += m.Expected(b, l.Length)
	}
	return l
}

func dateOf(day int) string { return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly) }
