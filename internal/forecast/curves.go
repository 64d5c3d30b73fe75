package forecast

import (
	"context"
	"database/sql"
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
}

// Curves are survival by plan and by the year in which accounts began to pay, with the test of whether plans differ.
type Curves struct {
	Plans   []Curve          `json:"plans"`
	Cohorts []Curve          `json:"cohorts"`
	Differ  *stat.Comparison `json:"plans_differ" doc:"Log-rank test"`
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
	c := &Curves{Plans: []Curve{}, Cohorts: []Curve{}}
	if c.Plans, err = curves(plans); err == nil {
		c.Cohorts, err = curves(cohorts)
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
