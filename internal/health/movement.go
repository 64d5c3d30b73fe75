package health

import (
	"cmp"
	"context"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/metric"
)

// Place is where an account's health was at an instant.
type Place struct {
	Score *float64
	Band  Band // empty: no score
}

// Places are those of all accounts, by id.
type Places map[string]Place

// Without are places with those accounts in the band of their own that are no longer customers then.
func (p Places) Without(gone map[string]bool) Places {
	all := make(Places, len(p)+len(gone))
	for id, place := range p {
		all[id] = place
	}
	for id := range gone {
		all[id] = Place{all[id].Score, Gone}
	}
	return all
}

// Flow is how accounts moved between bands from one instant to another. Its movements are ordered from the best band to no
// score, by where accounts were and then by where they are; accounts that were no customers with a score at either end are
// in none.
type Flow struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Recomputed says that both ends are what today's scorecards say, rather than what was told then.
	Recomputed bool       `json:"recomputed"`
	Aspect     string     `json:"aspect"`
	Currency   string     `json:"currency,omitempty" doc:"Of recurring values, a month"`
	Movements  []BandMove `json:"movements" nullable:"false"`
}

// BandMove is the accounts that went from one band to another, or stayed.
type BandMove struct {
	From     Band        `json:"from,omitempty" enum:"good,average,poor,left" doc:"left: no longer a customer then; missing: no score"`
	To       Band        `json:"to,omitempty" enum:"good,average,poor,left" doc:"left: no longer a customer then; missing: no score"`
	Count    int         `json:"count"`
	WasValue float64     `json:"was_value" doc:"Their recurring value at the beginning"`
	Value    float64     `json:"value" doc:"Their recurring value at the end"`
	Accounts []BandMoved `json:"accounts" nullable:"false" doc:"By recurring value, the largest first"`
}

// BandMoved is one account of a movement.
type BandMoved struct {
	ID       string   `json:"account_id"`
	Was      *float64 `json:"was"`
	Score    *float64 `json:"score"`
	WasValue float64  `json:"was_value"`
	Value    float64  `json:"value"`
}

// Places are where the accounts of a table are, with the bands of the scores themselves.
func (t *Table) Places(aspect string) Places {
	all := make(Places, len(t.IDs))
	for row, id := range t.IDs {
		t.each(row, func(one Told, bands Bands, isKnown bool, score, _ float64) {
			if one.Aspect == aspect && isKnown {
				all[id] = Place{known(score), bands.Of(score)}
			}
		})
	}
	return all
}

// Worths are what accounts are worth a month, by id, in a currency.
type Worths struct {
	By       map[string]float64
	Currency string
}

// Flow puts together how accounts moved between two instants; mine says whose accounts are counted. Recurring values are
// those of each end.
func (s *Service) Flow(ctx context.Context, from, to time.Time, was, is Places, mine func(id string) bool) (*Flow, error) {
	before, err := s.Worths(ctx, from)
	if err != nil {
		return nil, err
	}
	after, err := s.Worths(ctx, to)
	if err != nil {
		return nil, err
	}
	return Moves(from, to, was, is, before, after, mine), nil
}

// Moves is as Flow, with recurring values that are known.
func Moves(from, to time.Time, was, is Places, wasWorth, worth Worths, mine func(id string) bool) *Flow {
	f := &Flow{From: from.UTC(), To: to.UTC(), Movements: []BandMove{}, Currency: cmp.Or(worth.Currency, wasWorth.Currency)}
	before, after := wasWorth.By, worth.By
	ids := map[string]bool{}
	for _, places := range []Places{was, is} {
		for id, p := range places {
			if p.Band != "" && p.Band != Gone && mine(id) {
				ids[id] = true
			}
		}
	}
	at := map[[2]Band]int{}
	for id := range ids {
		key := [2]Band{was[id].Band, is[id].Band}
		n, there := at[key]
		if !there {
			n = len(f.Movements)
			at[key] = n
			f.Movements = append(f.Movements, BandMove{From: key[0], To: key[1]})
		}
		m := &f.Movements[n]
		m.Count, m.WasValue, m.Value = m.Count+1, m.WasValue+before[id], m.Value+after[id]
		m.Accounts = append(m.Accounts, BandMoved{ID: id, Was: was[id].Score, Score: is[id].Score, WasValue: before[id], Value: after[id]})
	}
	for _, m := range f.Movements {
		slices.SortFunc(m.Accounts, func(a, b BandMoved) int {
			return cmp.Or(cmp.Compare(max(b.WasValue, b.Value), max(a.WasValue, a.Value)), cmp.Compare(a.ID, b.ID))
		})
	}
	slices.SortFunc(f.Movements, func(a, b BandMove) int {
		return cmp.Or(cmp.Compare(a.From.rank(), b.From.rank()), cmp.Compare(a.To.rank(), b.To.rank()))
	})
	return f
}

// Worths are the recurring values of all accounts at an instant.
func (s *Service) Worths(ctx context.Context, at time.Time) (Worths, error) {
	read, err := s.Reader.Read(ctx, metric.ReadingAsk{At: at, Readings: []metric.Reading{valueOf}})
	if err != nil {
		return Worths{}, err
	}
	return worths(read, &read.Columns[0]), nil
}

// Worths are the recurring values of the accounts of a table, which were asked for with it.
func (t *Table) Worths() Worths { return worths(t.read, t.column(valueOf)) }

func worths(read *metric.Read, values *metric.Column) Worths {
	all := Worths{make(map[string]float64, len(read.IDs)), read.Currency}
	for row, id := range read.IDs {
		if x := values.Value[row]; !math.IsNaN(x) {
			all.By[id] = x
		}
	}
	return all
}

// Moved are where accounts can be at either end of a movement, in the order in which they are shown.
var Moved = append(slices.Clone(AllBands), Gone, "")

// rank orders bands, the best first, then those who left, and no score last.
func (b Band) rank() int { return slices.Index(Moved, b) }

// WriteCSV writes movements as a table with one row for each account; safe makes a text from outside a cell.
func (f *Flow) WriteCSV(w io.Writer, safe func(string) string) error {
	t := csv.NewWriter(w)
	rows := [][]string{{"from_band", "to_band", "account_id", "was", "score", "was_value", "value", "currency"}}
	score := func(x *float64) string {
		if x == nil {
			return ""
		}
		return written(*x)
	}
	for _, m := range f.Movements {
		for _, one := range m.Accounts {
			rows = append(rows, []string{string(m.From), string(m.To), safe(one.ID), score(one.Was), score(one.Score), strconv.FormatFloat(one.WasValue, 'f', 2, 64), strconv.FormatFloat(one.Value, 'f', 2, 64), f.Currency})
		}
	}
	return t.WriteAll(rows)
}
