package home

import (
	"context"
	"math"
	"net/http"
	"slices"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// moves are the parts of a movement of recurring revenue: those that add stand above zero, the others below, in this
// order outwards.
var moves = []string{"new", "reactivation", "expansion", "contraction", "churn"}

// The field that the bars are drawn in, in units of its picture.
const (
	barsWidth, barsHeight = 640.0, 190.0
	barsFoot              = 22.0 // for the names of months
)

type movements struct {
	Months []moveMonth
	// Closing is what is paid a month where nothing moved; empty where nothing is.
	Closing string
	Zero    float64
	Href    string
	Parts   []string // that occur
	Title   string
}

type moveMonth struct {
	Label, Full string
	Middle      float64
	Bars        []moveBar
	Values      []string // of Parts, for the table
	Closing     string
}

type moveBar struct {
	Part, Title         string
	X, Y, Width, Height float64
}

// Movements answers with how recurring revenue moved in each of twelve months.
func (a *Area) Movements(w http.ResponseWriter, r *http.Request) error {
	return a.part(w, r, "movements", func(ctx context.Context) (any, error) {
		q, lang := board.Question{Segment: whoseBook(r).Segment}, ui.Lang(r)
		answer, err := a.Answers.Answer(ctx, reading.Series("mrr_movements", q, lang, a.Pages.Now().In(a.Pages.Zone)))
		if err != nil {
			return nil, err
		}
		m := a.lay(answer, lang)
		m.Href = reading.Page("mrr_movements", q)
		return m, nil
	})
}

func (a *Area) lay(answer *metric.Answer, lang i18n.Lang) *movements {
	m := &movements{Title: answer.Label}
	f := reading.Figures{Lang: lang, Unit: metric.Money, Currency: answer.Currency}
	part := func(p metric.Point, name string) float64 {
		if v, ok := p.Detail[name].(*metric.Figure); ok && v != nil {
			return v.Float
		}
		return 0
	}
	up, down := 0.0, 0.0
	for _, p := range answer.Points {
		above, below := 0.0, 0.0
		for _, name := range moves {
			v := part(p, name)
			above, below = above+max(v, 0), below-min(v, 0)
			if v != 0 && !slices.Contains(m.Parts, name) {
				m.Parts = append(m.Parts, name)
			}
		}
		up, down = max(up, above), max(down, below)
	}
	slices.SortFunc(m.Parts, func(x, y string) int { return slices.Index(moves, x) - slices.Index(moves, y) })
	if up+down == 0 {
		if n := len(answer.Points); n > 0 && part(answer.Points[n-1], "closing") != 0 {
			m.Closing = f.Whole(part(answer.Points[n-1], "closing"))
		}
		return m
	}
	room := barsHeight - barsFoot
	scale := room / (up + down)
	m.Zero = tenth(up * scale)
	step := barsWidth / float64(len(answer.Points))
	for i, p := range answer.Points {
		from := p.From.In(a.Pages.Zone)
		one := moveMonth{Label: i18n.MonthName(lang, from.Month()), Full: i18n.Month(lang, from), Middle: tenth((float64(i) + 0.5) * step), Closing: f.Whole(part(p, "closing"))}
		above, below := m.Zero, m.Zero
		for _, name := range moves {
			v := part(p, name)
			height := math.Abs(v) * scale
			if v != 0 {
				bar := moveBar{Part: name, X: tenth(float64(i)*step + step*0.22), Width: tenth(step * 0.56), Height: tenth(max(height, 0.6)),
					Title: one.Full + ": " + ui.Named(lang, "movement", name) + " " + f.Signed(v)}
				if v > 0 {
					above -= height
					bar.Y = tenth(above)
				} else {
					bar.Y = tenth(below)
					below += height
				}
				one.Bars = append(one.Bars, bar)
			}
			if slices.Contains(m.Parts, name) {
				one.Values = append(one.Values, f.Signed(v))
			}
		}
		m.Months = append(m.Months, one)
	}
	return m
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }
