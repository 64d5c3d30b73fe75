package home

import (
	"context"
	"math"
	"net/http"
	"slices"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// question is what a tile asks.
type question struct {
	id string
	board.Question
}

// questions are the tiles, in their order. Surveys are asked seldom, so their answers are counted over a longer time;
// retention is read over a year.
var questions = []question{
	{"mrr", board.Question{}},
	{"customers", board.Question{}},
	{"customer_churn_rate", board.Question{}},
	{"nrr", board.Question{Period: "12m"}},
	{"nps", board.Question{Period: "90d"}},
	{"csat", board.Question{Period: "90d"}},
	{"ces", board.Question{Period: "90d"}},
	{"mau", board.Question{Variant: "accounts"}},
}

// label is what a tile is called: the metric's name, or its own where it shows a variant.
func (q question) label(name string, lang i18n.Lang) string {
	if q.Variant != "" {
		return i18n.T(lang, "home.tile."+q.id)
	}
	return name
}

type tile struct {
	ID, Label, Period, Query string
	Href                     string
	Reading                  *reading.Reading // nil while it is to come
	Note                     string
	Spark                    *ui.Spark
}

// atOnce is how many questions a part asks side by side.
const atOnce = 2

// Tile answers with one number.
func (a *Area) Tile(w http.ResponseWriter, r *http.Request) error {
	for _, q := range questions {
		if q.id == r.PathValue("id") {
			return a.part(w, r, "tile", func(ctx context.Context) (any, error) { return a.tile(ctx, q, whoseBook(r), ui.Lang(r)) })
		}
	}
	return fault.New(fault.NotFound, "there is no such number on the first page")
}

func (a *Area) tile(ctx context.Context, q question, b whose, lang i18n.Lang) (tile, error) {
	q.Segment = b.Segment
	now := a.Pages.Now().In(a.Pages.Zone)
	t := tile{ID: q.id, Period: q.Period, Query: b.Query(), Href: reading.Page(q.id, q.Question)}
	var value, series, beside *metric.Answer
	ask := func(into **metric.Answer, what metric.Ask) func() error {
		return func() (err error) { *into, err = a.Answers.Answer(ctx, what); return err }
	}
	tasks := []func() error{ask(&value, reading.Ask(q.id, q.Question, lang, now)), ask(&series, reading.Series(q.id, board.Question{Segment: q.Segment, Variant: q.Variant}, lang, now))}
	if q.id == "nrr" {
		tasks = append(tasks, ask(&beside, reading.Ask("grr", q.Question, lang, now)))
	}
	if err := reading.Together(atOnce, tasks...); err != nil {
		return t, err
	}
	t.Label, t.Reading, t.Spark = q.label(value.Label, lang), reading.Of(value, lang), trend(series)
	t.note(value, beside, lang)
	return t, nil
}

// note is what belongs beside the number: how money moved in percent, who came and who left, what is kept without growth.
func (t *tile) note(value, beside *metric.Answer, lang i18n.Lang) {
	part := func(name string) int64 {
		if f, ok := value.Detail[name].(*metric.Figure); ok && f != nil {
			return int64(f.Float)
		}
		return 0
	}
	if p := value.Previous; value.Unit == metric.Money && p != nil && p.Value != nil && p.Change != nil && p.Value.Float > 0 {
		t.Reading.Change = reading.Growth(lang, 100*p.Change.Float/p.Value.Float)
	}
	switch {
	case t.ID == "customers" && value.Value != nil:
		t.Note = i18n.T(lang, "home.came_left", "new", i18n.Integer(lang, part("new_customers")+part("won_back_customers")), "lost", i18n.Integer(lang, part("lost_customers")))
	case beside != nil && beside.Value != nil:
		t.Note = i18n.T(lang, "home.grr", "value", reading.Figures{Lang: lang, Unit: beside.Unit}.Whole(math.Round(beside.Value.Float*10)/10))
	}
}

// trend draws the months of a number, from its lowest to its highest; the running month of what is counted over time is not
// whole and is left out.
func trend(series *metric.Answer) *ui.Spark {
	var values []float64
	for _, p := range series.Points {
		if p.Value != nil && !(p.Partial && series.Type == metric.Activity) {
			values = append(values, p.Value.Float)
		}
	}
	if len(values) < 2 {
		return nil
	}
	low, high := slices.Min(values), slices.Max(values)
	steps := make([]int64, len(values)) // in thousandths of what lies between
	for i, v := range values {
		if steps[i] = 500; high > low {
			steps[i] = int64(1000 * (v - low) / (high - low))
		}
	}
	return ui.NewSpark(steps)
}
