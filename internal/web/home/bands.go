package home

import (
	"context"
	"net/http"

	"github.com/keepwell/keepwell/internal/health"
)

// Clinic says how healthy accounts are.
type Clinic interface {
	Health(ctx context.Context) (*health.Table, error)
	LastTold(id, aspect string) (health.Told, bool)
}

// bands is the book by health, the worst first.
type bands struct {
	Scorecards int
	Scored     int
	Bands      []band
	Unknown    int // without a score
}

type band struct {
	Band     health.Band
	N        int
	MRR      sum
	X, Width float64 // of bandsWidth
}

// bandsWidth is how wide the bar of all is, in units of its picture.
const bandsWidth = 640.0

// Bands answers with how many accounts are well, and how many are not.
func (a *Area) Bands(w http.ResponseWriter, r *http.Request) error {
	return a.part(w, r, "bands", func(ctx context.Context) (any, error) {
		table, err := a.Clinic.Health(ctx)
		if err != nil {
			return nil, err
		}
		book, err := a.Customers.Book(ctx)
		if err != nil {
			return nil, err
		}
		v := bands{Scorecards: len(table.Deck), Bands: []band{{Band: health.Unhealthy}, {Band: health.Middling}, {Band: health.Good}}}
		mine := whoseBook(r).chosen(ctx)
		for row, id := range table.IDs {
			s := book.Get(id)
			if s == nil || s.Left || !mine(s) {
				continue
			}
			is := table.Stands(row, a.Clinic.LastTold)
			if is == "" {
				v.Unknown++
				continue
			}
			v.Scored++
			for i := range v.Bands {
				if v.Bands[i].Band == is {
					v.Bands[i].N++
					v.Bands[i].MRR.add(s.MRR)
				}
			}
		}
		x := 0.0
		for i := range v.Bands {
			v.Bands[i].X, v.Bands[i].Width = x, bandsWidth*float64(v.Bands[i].N)/float64(max(1, v.Scored))
			x += v.Bands[i].Width
		}
		return v, nil
	})
}
