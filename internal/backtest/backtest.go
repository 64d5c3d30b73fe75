// Package backtest holds scorecards to what came: it scores accounts by them at the beginnings of past months, from what
// was known then, and sees which of them left: how well the score ranked them, what a score meant, how early it warned, and
// what weights would have foretold better.
//
// Scoring is left to health, who paid and who left to forecast, estimating to stat, words for pages to web.
package backtest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/health"
)

// Limits of a question, and what holds where it says nothing.
const (
	UsualDays   = 90
	UsualMonths = 24
	MostDays    = 365
	MostMonths  = 60
	// sampled is how many accounts are looked at; of more, one in so many.
	sampled = 10000
)

// Question asks how well a scorecard would have foretold who leaves.
type Question struct {
	Card health.Scorecard
	// Current is the scorecard in force with its id, where Card is another; nil otherwise.
	Current *health.Scorecard
	// Days are within which an account has to leave to count, Months how many beginnings of months are looked at; 0: as usual.
	Days, Months int
	// Everyone looks at all that paid, not only at those that would have had the scorecard.
	Everyone bool
	// Mine says whose accounts are looked at; nil: all.
	Mine func(id string) bool
}

// check fills in what is usual and says what can't be asked.
func (q *Question) check() error {
	bad := fault.New(fault.Invalid, "the backtest can't be made as it is asked for")
	for _, n := range []struct {
		field       string
		value       *int
		usual, most int
	}{{"days", &q.Days, UsualDays, MostDays}, {"months", &q.Months, UsualMonths, MostMonths}} {
		if *n.value == 0 {
			*n.value = n.usual
		}
		if *n.value < 1 || *n.value > n.most {
			bad.Field(n.field, "%d is not from 1 to %d", *n.value, n.most)
		}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// Reader reads the past.
type Reader struct {
	Health   *health.Service
	Forecast forecast.Reader
	// Pause is called after each instant with how long that took, so that other questions come to their turn; nil: never.
	Pause func(ctx context.Context, took time.Duration)
}

// look is one account at one instant.
type look struct {
	row    *forecast.Row
	name   string // of the account, for grouping
	scores []float64
	points []float64 // of the measures of the scorecard that is tested
	known  bool      // whether it can be told if the account left within the days
	left   bool
}

// study is all looks.
type study struct {
	ask Question
	*Report
	panel *forecast.Panel
	looks []look
}

// Test looks at the past and judges the scorecard by it. progress is told how many of how many instants are done. The
// scorecard must have been checked.
func (r Reader) Test(ctx context.Context, q Question, progress func(done, of int)) (*Report, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	now, zone := r.Health.Now(), r.Forecast.Metrics.Zone
	ends := forecast.Months(now, zone, q.Months)
	ends = ends[:len(ends)-1] // today tells nothing about what will come
	s := &study{ask: q, Report: &Report{Scorecard: q.Card.ID, Label: q.Card.Label, Version: q.Card.Version, Draft: q.Current != nil || q.Card.Version == 0, Made: now, Days: q.Days, Everyone: q.Everyone, Measures: []Worth{}}}
	s.Months = len(ends)
	if len(ends) == 0 || ends[0].AddDate(0, 0, q.Days).After(now) {
		return s.refuse(NoHistory, 0, 1), nil
	}
	s.From, s.To = ends[0], ends[len(ends)-1]
	progress(0, len(ends))
	of, err := r.Forecast.SampleOf(ctx, sampled)
	if err != nil {
		return nil, err
	}
	s.Sample = of.Every
	if s.panel, err = r.Forecast.Paying(ctx, ends, of); err != nil {
		return nil, err
	}
	if err := r.score(ctx, s, progress); err != nil {
		return nil, err
	}
	return s.Report, s.judge()
}

// score gives all looks their scores.
func (r Reader) score(ctx context.Context, s *study, progress func(done, of int)) error {
	at := make([]map[account.Account]*forecast.Row, len(s.panel.Ends))
	for i := range at {
		at[i] = map[account.Account]*forecast.Row{}
	}
	for i := range s.panel.Rows {
		row := &s.panel.Rows[i]
		at[row.Point][account.Account(row.Account)] = row
	}
	cards := []health.Scorecard{s.ask.Card}
	if s.ask.Current != nil {
		cards = append(cards, *s.ask.Current)
	}
	began := time.Now()
	return r.Health.Past(ctx, cards, s.panel.Ends, func(instant int, by []*health.Past) error {
		for i, number := range by[0].Accounts {
			row := at[instant][number]
			if row == nil || !s.ask.Everyone && !by[0].Gets[i] || s.ask.Mine != nil && !s.ask.Mine(by[0].IDs[i]) {
				continue
			}
			l := look{row: row, name: strconv.Itoa(int(number))}
			l.left, l.known = s.outcome(row)
			for _, p := range by {
				score := p.Scores[i]
				if math.IsInf(score, 0) {
					score = math.NaN()
				}
				l.scores = append(l.scores, score)
			}
			for _, points := range by[0].Points {
				l.points = append(l.points, points[i])
			}
			s.looks = append(s.looks, l)
		}
		progress(instant+1, len(s.panel.Ends))
		if r.Pause != nil {
			r.Pause(ctx, time.Since(began))
		}
		began = time.Now()
		return ctx.Err()
	})
}

// outcome says whether an account left within the days, and whether that can be told yet.
func (s *study) outcome(row *forecast.Row) (left, known bool) {
	end := s.panel.Ends[row.Point].AddDate(0, 0, s.ask.Days)
	return !row.Left.IsZero() && row.Left.Before(end), !end.After(s.panel.Until)
}

// refuse says that nothing is judged, and why.
func (s *study) refuse(code Code, have, need int) *Report {
	s.Refused = refusal(code, have, need)
	return s.Report
}

func refusal(code Code, have, need int) *Refusal {
	r := &Refusal{Code: code, Have: have, Need: need}
	r.Text = r.In("en")
	return r
}

// judged are the looks with a score whose outcome is known.
func (s *study) judged(card int) []*look {
	var all []*look
	for i := range s.looks {
		if l := &s.looks[i]; l.known && !math.IsNaN(l.scores[card]) {
			all = append(all, l)
		}
	}
	return all
}

func outcomes(looks []*look) (left []bool, names []string) {
	for _, l := range looks {
		left, names = append(left, l.left), append(names, l.name)
	}
	return left, names
}

// accounts counts those of looks, all and those that left.
func accounts(looks []*look) (all, left int) {
	seen := map[string]bool{}
	for _, l := range looks {
		was, again := seen[l.name]
		if !again {
			all++
		}
		if l.left && !was {
			left++
		}
		seen[l.name] = was || l.left
	}
	return all, left
}

// risky are the scores of looks turned round, so that more of it is a greater chance to leave.
func risky(looks []*look, card int) []float64 {
	x := make([]float64, len(looks))
	for i, l := range looks {
		x[i] = 100 - l.scores[card]
	}
	return x
}

// in names the report's instants for errors.
func (r *Report) in() string {
	return fmt.Sprintf("%s, %d months from %s", r.Scorecard, r.Months, r.From.Format(time.DateOnly))
}

// labelled are the labels by which looks are grouped.
var labelled = []string{"plan", "size", "touch_model", "industry", "country"}

// groupsOf are looks by the values of a label, the most frequent first, ten at most.
func groupsOf(looks []*look, by string) (values []string, parts map[string][]*look) {
	parts = map[string][]*look{}
	for _, l := range looks {
		if v := l.row.Label(by); v != "" {
			parts[v] = append(parts[v], l)
		}
	}
	for v := range parts {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int {
		if d := len(parts[b]) - len(parts[a]); d != 0 {
			return d
		}
		if a < b {
			return -1
		}
		return 1
	})
	return values[:min(10, len(values))], parts
}
