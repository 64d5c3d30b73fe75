package forecast

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/stat"
)

// Curve is how long a group of accounts paid, in months from their first payment.
type Curve struct {
	Group     string          `json:"group"`
	N         int             `json:"n"`
	Left      int             `json:"left"`
	Median    *float64        `json:"median" doc:"Null while more than half stay"`
	Range     stat.OpenLimits `json:"median_interval"`
	After12   *float64        `json:"after_12" doc:"Share that still paid after twelve months; null where nobody was watched for so long"`
	After24   *float64        `json:"after_24"`
	TooLittle bool            `json:"too_little" doc:"Fewer than thirty accounts"`
	// Points are the curve itself, month by month for as long as anybody was watched, four years at most.
	Points []CurvePoint `json:"points"`
}

// CurvePoint is the share that still paid after so many months; no interval before the first left.
type CurvePoint struct {
	Month int      `json:"month"`
	Share float64  `json:"share"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

// Hazard is how many left a month, of those who had paid for so long: From months or more, less than To (0: without end).
type Hazard struct {
	From     int          `json:"from"`
	To       int          `json:"to"`
	Months   float64      `json:"months" doc:"Months that accounts were watched at that age"`
	Left     int          `json:"left"`
	Rate     float64      `json:"rate" doc:"A month, 0.01 for one per cent"`
	Interval *stat.Limits `json:"interval"`
}

// longestCurve is how many months of a curve are told; ages are where spans of Hazard begin.
const longestCurve = 48

var ages = []int{0, 3, 6, 12, 24, 36}

// Curves are survival by plan and by the year in which accounts began to pay, with the test of whether plans differ.
type Curves struct {
	Plans   []Curve `json:"plans"`
	Cohorts []Curve `json:"cohorts"`
	// Everyone is all accounts together, nil while there are none; Hazards are theirs by how long they had paid.
	Everyone *Curve           `json:"everyone"`
	Hazards  []Hazard         `json:"hazards"`
	Differ   *stat.Comparison `json:"plans_differ" doc:"Log-rank test"`
}

// Curves reads how long accounts paid, of those that keep lets through.
func (r Reader) Curves(ctx context.Context, keep func(account int32) bool) (*Curves, error) {
	view, err := r.Metrics.Open(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	now := r.Metrics.Now()
	p := &reading{Panel: &Panel{Ends: []time.Time{now.In(r.Metrics.Zone)}}, metrics: r.Metrics, view: view}
	plans, cohorts := map[string][]stat.Spell{}, map[string][]stat.Spell{}
	_, err = p.each(ctx, "spells", func(rows *sql.Rows) error {
		var number int32
		var from time.Time
		var until sql.NullTime
		var name string
		if err := rows.Scan(&number, &from, &until, &name); err != nil || !keep(number) || from.After(now) {
			return err
		}
		s := stat.Spell{Event: until.Valid && until.Time.Before(now)}
		end := now
		if s.Event {
			end = until.Time
		}
		s.Duration = end.Sub(from).Hours() / 24 / 30.4375
		plans[name] = append(plans[name], s)
		year := strconv.Itoa(from.In(r.Metrics.Zone).Year())
		cohorts[year] = append(cohorts[year], s)
		return nil
	}, "{bit}", strconv.FormatInt(fact.Accounts.Bit("plan"), 10))
	if err != nil {
		return nil, err
	}
	c := &Curves{Plans: []Curve{}, Cohorts: []Curve{}, Hazards: hazards(plans)}
	if c.Plans, err = curves(plans); err == nil {
		c.Cohorts, err = curves(cohorts)
	}
	if err == nil {
		c.Everyone, err = everyone(plans)
	}
	if err == nil && len(plans) > 1 {
		c.Differ, err = stat.LogRank(plans)
	}
	return c, err
}

func curves(groups map[string][]stat.Spell) ([]Curve, error) {
	all := []Curve{}
	for name, spells := range groups {
		k, err := stat.KaplanMeier(spells, stat.BandLogLog)
		if err != nil {
			return nil, err
		}
		c := Curve{Group: name, N: k.N, Left: k.Events, Median: k.Median, Range: k.MedianInterval, TooLittle: k.N < stat.SmallSample}
		for months, into := range map[float64]**float64{12: &c.After12, 24: &c.After24} {
			if k.Steps[len(k.Steps)-1].Time >= months {
				share := k.At(months)
				*into = &share
			}
		}
		c.Points = pointsOf(k)
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Curve) int {
		if a.Group < b.Group {
			return -1
		}
		return 1
	})
	return all, nil
}

func everyone(groups map[string][]stat.Spell) (*Curve, error) {
	var all []stat.Spell
	for _, spells := range groups {
		all = append(all, spells...)
	}
	if len(all) == 0 {
		return nil, nil
	}
	one, err := curves(map[string][]stat.Spell{"": all})
	if err != nil {
		return nil, err
	}
	return &one[0], nil
}

// pointsOf reads a curve at the end of every month.
func pointsOf(k *stat.Curve) []CurvePoint {
	points, last := []CurvePoint{{Month: 0, Share: 1}}, k.Steps[len(k.Steps)-1].Time
	at := 0
	for month := 1; month <= longestCurve && float64(month) <= last; month++ {
		for at < len(k.Steps) && k.Steps[at].Time <= float64(month) {
			at++
		}
		p := CurvePoint{Month: month, Share: 1}
		if at > 0 {
			s := k.Steps[at-1]
			p.Share, p.Low, p.High = s.Survival, s.Low, s.High
		}
		points = append(points, p)
	}
	return points
}

// hazards counts who left, and the months in which they could have, by how long accounts had paid. Spans in which nobody
// was watched are left out.
func hazards(groups map[string][]stat.Spell) []Hazard {
	all := []Hazard{}
	for i, from := range ages {
		h, to := Hazard{From: from}, math.Inf(1)
		if i+1 < len(ages) {
			h.To = ages[i+1]
			to = float64(h.To)
		}
		for _, spells := range groups {
			for _, s := range spells {
				h.Months += max(0, min(s.Duration, to)-float64(from))
				if s.Event && s.Duration >= float64(from) && s.Duration < to {
					h.Left++
				}
			}
		}
		if h.Months < 1 {
			continue
		}
		h.Rate = float64(h.Left) / h.Months
		if low, high, ok := stat.Wilson.Bounds(stat.Sample{Sum: float64(h.Left), N: h.Months}); ok && h.Rate <= 1 {
			h.Interval = &stat.Limits{Low: low, High: high}
		}
		all = append(all, h)
	}
	return all
}
