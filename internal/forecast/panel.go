// Package forecast foretells what becomes of accounts, from what was known of them on each day: the panel (what was known at
// every month's end and what came of it), the risk that an account leaves with its reasons, what accounts are still worth, and
// which numbers foretold anything at all.
//
// Estimators are those of stat; who pays when is decided by the relations of metric. Where models are kept, who may see which
// account, and words are left to others.
package forecast

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/metric"
)

// Panel is what was known of paying accounts at instants, and what came of them. A fact counts from the instant it was known:
// when it happened or, where it was told later, when it was received. History that a source brought along in its first days is
// taken by its own dates, since nobody was there to know it. Who belongs to which account is as known today.
type Panel struct {
	Ends     []time.Time // the instants, in order
	Currency string      // of amounts
	Rows     []Row       // by instant and account
	// Leaving are accounts whose end was announced before the instant: nothing is left to foretell.
	Leaving []Row
	// Until is up to when outcomes are known.
	Until time.Time
}

// Row is one account at one instant. Numbers are NaN and Labels "" where nothing is known.
type Row struct {
	Point   int
	Account int32
	Numbers [numbers]float64
	Labels  [labels]string
	Left    time.Time // when it stopped paying afterwards; zero: it has not
	EndKind string    // voluntary or involuntary
}

// MRR is what it paid a month then, in the major unit.
func (r *Row) MRR() float64 { return r.Numbers[mrr] }

// Sample says which accounts a panel is of. The zero Sample is all.
type Sample struct {
	Every   int32 // one in so many, by their number; 0 is all
	Account int32 // this one alone
	Paid    int64 // how many accounts there are that ever paid, where SampleOf counted them
}

// Reader reads panels.
type Reader struct {
	Metrics *metric.Service
	// Pause is called after each statement of a panel with how long that took, so that other questions come to their turn;
	// nil: never.
	Pause func(ctx context.Context, took time.Duration)
}

// SampleOf is a part of the accounts that ever paid, about so many of them.
func (r Reader) SampleOf(ctx context.Context, accounts int64) (s Sample, err error) {
	view, err := r.Metrics.Open(ctx, nil)
	if err != nil {
		return s, err
	}
	defer view.Close()
	rows, err := view.Query(ctx, "select count(*) from (select account from fact_subscriptions union select account from fact_contracts) as paying")
	if err != nil {
		return s, err
	}
	defer rows.Close()
	n := sql.NullInt64{}
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			return s, err
		}
	}
	s.Every, s.Paid = int32(max(1, n.Int64/accounts)), n.Int64
	return s, rows.Err()
}

// Months are the beginnings of the months before an instant, n at most, and the last midnight before it, which is never twice.
func Months(now time.Time, zone *time.Location, n int) []time.Time {
	y, m, d := now.In(zone).Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, zone)
	var ends []time.Time
	for k := n - 1; k >= 0; k-- {
		if at := time.Date(y, m-time.Month(k), 1, 0, 0, 0, 0, zone); at.Before(today) {
			ends = append(ends, at)
		}
	}
	return append(ends, today)
}

// Panel reads what was known at instants, in order, of a sample of accounts.
func (r Reader) Panel(ctx context.Context, ends []time.Time, of Sample) (*Panel, error) {
	return r.read(ctx, ends, of, func(p *reading) []func(context.Context) error {
		return []func(context.Context) error{p.money, p.outcomes, p.terms, p.use, p.events, p.tickets, p.voice, p.bills, p.care, p.people, p.traits}
	})
}

// Paying is a panel of who paid at instants and what came of them, with labels and money alone.
func (r Reader) Paying(ctx context.Context, ends []time.Time, of Sample) (*Panel, error) {
	return r.read(ctx, ends, of, func(p *reading) []func(context.Context) error {
		return []func(context.Context) error{p.money, p.outcomes, p.traits}
	})
}

func (r Reader) read(ctx context.Context, ends []time.Time, of Sample, parts func(*reading) []func(context.Context) error) (*Panel, error) {
	view, err := r.Metrics.Open(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	p := &reading{Panel: &Panel{Ends: ends, Until: r.Metrics.Now()}, metrics: r.Metrics, view: view, of: of, rows: map[place]*Row{}, priced: map[place]bool{}}
	if err := p.origins(ctx); err != nil {
		return nil, err
	}
	for _, part := range parts(p) {
		began := time.Now()
		if err := part(ctx); err != nil {
			return nil, err
		}
		if r.Pause != nil {
			r.Pause(ctx, time.Since(began))
		}
	}
	p.finish()
	return p.Panel, nil
}

type place struct {
	point   int
	account int32
}

// reading is a panel while it is read.
type reading struct {
	*Panel
	metrics *metric.Service
	view    metric.View
	of      Sample
	rows    map[place]*Row
	leaving []*Row
	priced  map[place]bool // who paid by what is known today
	known   []string       // pairs of placeholder and relation
	began   [families]time.Time
}

func (p *reading) money(ctx context.Context) error {
	currency, err := p.each(ctx, "money", func(rows *sql.Rows) error {
		var at place
		var monthly, before, seated sql.NullFloat64
		var months, due, announced, unpriced int64
		var since time.Time
		var ends sql.NullTime
		if err := rows.Scan(&at.point, &at.account, &monthly, &before, &seated, &months, &due, &announced, &unpriced, &since, &ends); err != nil {
			return err
		}
		row := &Row{Point: at.point, Account: at.account}
		for i := range row.Numbers {
			row.Numbers[i] = math.NaN()
		}
		n := &row.Numbers
		if unpriced == 0 {
			n[mrr] = monthly.Float64
			if before.Float64 > 0 {
				n[mrrChange] = (monthly.Float64 - before.Float64) / before.Float64
			}
		}
		n[seats], n[pastDue] = seated.Float64, float64(due)
		n[age] = p.days(since.UTC(), at.point)
		row.Labels[billing] = strconv.FormatInt(months, 10)
		if ends.Valid {
			n[renewal] = -p.days(ends.Time.UTC(), at.point)
		}
		if announced > 0 {
			p.leaving = append(p.leaving, row)
			return nil
		}
		p.rows[at] = row
		return nil
	})
	if p.Currency = currency; err != nil {
		return err
	}
	unit := p.minor() * fact.MonthlyUnit
	for _, row := range p.rows {
		row.Numbers[mrr] /= unit
	}
	for _, row := range p.leaving {
		row.Numbers[mrr] /= unit
	}
	return nil
}

// minor is how many minor units the currency's major unit has.
func (p *reading) minor() float64 {
	digits, _ := fact.MinorDigits(p.Currency)
	return math.Pow10(digits)
}

// days are those from an instant to that of a point.
func (p *reading) days(from time.Time, point int) float64 {
	return p.Ends[point].Sub(from).Hours() / 24
}

func (p *reading) outcomes(ctx context.Context) error {
	all := append(slices.Collect(valuesOf(p.rows)), p.leaving...)
	by := make(map[place]*Row, len(all))
	for _, row := range all {
		by[place{row.Point, row.Account}] = row
	}
	_, err := p.each(ctx, "outcomes", func(rows *sql.Rows) error {
		var at place
		var until sql.NullTime
		var kind sql.NullString
		if err := rows.Scan(&at.point, &at.account, &until, &kind); err != nil {
			return err
		}
		p.priced[at] = true
		if row := by[at]; row != nil && until.Valid && until.Time.Before(p.Until) || row != nil && until.Valid && slices.Contains(p.leaving, row) {
			row.Left, row.EndKind = until.Time.UTC(), kind.String
		}
		return nil
	})
	return err
}

func valuesOf(rows map[place]*Row) func(func(*Row) bool) {
	return func(yield func(*Row) bool) {
		for _, row := range rows {
			if !yield(row) {
				return
			}
		}
	}
}

// terms find the next renewal of those whose contract does not say.
func (p *reading) terms(ctx context.Context) error {
	_, err := p.each(ctx, "terms", func(rows *sql.Rows) error {
		var at place
		var interval sql.NullString
		var every int
		var anchor time.Time
		if err := rows.Scan(&at.point, &at.account, &interval, &every, &anchor); err != nil {
			return err
		}
		row, end := p.rows[at], p.Ends[at.point]
		if row == nil {
			return nil
		}
		next := account.Term{Anchor: anchor.In(end.Location()), Interval: interval.String, Count: every}.Next(end)
		if days := next.Sub(end).Hours() / 24; !next.IsZero() && !(row.Numbers[renewal] <= days) {
			row.Numbers[renewal] = days
		}
		return nil
	})
	return err
}

// finish puts rows in order and takes back what was not whole yet.
func (p *reading) finish() {
	for at, row := range p.rows {
		if !p.priced[at] { // it had left already, as was told later
			continue
		}
		for i, f := range features {
			if start := p.began[f.needs]; f.needs != money && (start.IsZero() || p.Ends[row.Point].Before(start.AddDate(0, 0, window[f.needs]))) {
				row.Numbers[i] = math.NaN()
			}
		}
		p.Rows = append(p.Rows, *row)
	}
	for _, row := range p.leaving {
		p.Leaving = append(p.Leaving, *row)
	}
	byPlace := func(a, b Row) int { return cmp.Or(cmp.Compare(a.Point, b.Point), cmp.Compare(a.Account, b.Account)) }
	slices.SortFunc(p.Rows, byPlace)
	slices.SortFunc(p.Leaving, byPlace)
}

// IDs are the ids of accounts by their numbers; of all when none are named.
func (r Reader) IDs(ctx context.Context, of []int32) (map[int32]string, error) {
	view, err := r.Metrics.Open(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	query := "select account, account_id from account_keys"
	if of != nil {
		query += " where account in (" + strings.Trim(strings.ReplaceAll(fmt.Sprint(append([]int32{0}, of...)), " ", ","), "[]") + ")"
	}
	rows, err := view.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	ids := map[int32]string{}
	for rows.Next() {
		var number int32
		var id string
		if err := rows.Scan(&number, &id); err != nil {
			return nil, err
		}
		ids[number] = id
	}
	return ids, rows.Err()
}
