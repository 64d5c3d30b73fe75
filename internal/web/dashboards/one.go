package dashboards

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type one struct {
	Dashboard board.Dashboard
	Tiles     []tile
	Editing   bool
	Done      string
	Metrics   []family
	Periods   []string
	Printed   time.Time
}

type family struct {
	ID      string
	Metrics []metric.Described
}

// tile is a tile before its answer has come, and after.
type tile struct {
	Index   int
	Board   string
	Tile    board.Tile
	Title   string
	Asked   string // what is asked, in words
	Href    string
	Address string
	Last    bool
	Answer  *answered
	Problem string // why there is no answer (English)
	Away    bool
}

type answered struct {
	Reading  *reading.Reading
	Chart    *ui.Chart
	Groups   []group
	By       string
	From, To time.Time // the last day, not the one after
	Target   string
}

type group struct {
	Label, Value string
	Width        float64 // of its bar, 0 to 120
}

// groupsShown is how many groups a tile lists.
const groupsShown = 6

// One shows a dashboard; the answers of its tiles come after the page, each by itself.
func (a *Area) One(w http.ResponseWriter, r *http.Request) error {
	d, err := a.Boards.Dashboard(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	lang := ui.Lang(r)
	all := a.Answers.Describe(lang)
	page := one{Dashboard: d, Editing: r.FormValue("edit") != "", Done: r.FormValue("done"), Periods: board.Periods, Printed: a.Pages.Now()}
	if page.Done != "" && !i18n.Has("dashboards.did."+page.Done) {
		page.Done = ""
	}
	for i := range d.Tiles {
		page.Tiles = append(page.Tiles, tileOf(d, i, all, lang))
	}
	for _, m := range all {
		if n := len(page.Metrics); n == 0 || page.Metrics[n-1].ID != m.Family {
			page.Metrics = append(page.Metrics, family{ID: m.Family})
		}
		last := &page.Metrics[len(page.Metrics)-1]
		last.Metrics = append(last.Metrics, m)
	}
	return a.Pages.Show(w, r, "dashboards/one", page)
}

func tileOf(d board.Dashboard, i int, all []metric.Described, lang i18n.Lang) tile {
	t := tile{Index: i, Board: d.ID, Tile: d.Tiles[i], Title: d.Tiles[i].Title, Last: i == len(d.Tiles)-1, Href: reading.Page(d.Tiles[i].Metric, d.Tiles[i].Question),
		Address: address(d.ID) + "/tiles/" + strconv.Itoa(i) + "?version=" + strconv.FormatInt(d.Version, 10)}
	if at := slices.IndexFunc(all, func(m metric.Described) bool { return m.ID == t.Tile.Metric }); t.Title == "" && at >= 0 {
		t.Title = all[at].Label
	}
	if t.Title == "" {
		t.Title = t.Tile.Metric
	}
	period := t.Tile.Question.Period
	if period == "" && t.Tile.Question.From+t.Tile.Question.To == "" {
		period = "30d"
	}
	if period != "" {
		t.Asked = i18n.T(lang, "period."+period)
	}
	if s := t.Tile.Question.Segment; s != "" {
		if t.Asked != "" {
			t.Asked += " · "
		}
		t.Asked += s
	}
	return t
}

// Tile answers with one tile and its numbers.
func (a *Area) Tile(w http.ResponseWriter, r *http.Request) error {
	d, err := a.Boards.Dashboard(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	i, err := strconv.Atoi(r.PathValue("tile"))
	if err != nil || i < 0 || i >= len(d.Tiles) {
		return fault.New(fault.NotFound, "there is no such tile")
	}
	lang := ui.Lang(r)
	t := tileOf(d, i, a.Answers.Describe(lang), lang)
	t.Answer, err = a.answered(r, t.Tile, lang)
	switch {
	case r.Context().Err() != nil:
		return err
	case err != nil && fault.KindOf(err) == fault.Invalid, err != nil && fault.KindOf(err) == fault.NotFound:
		t.Problem = ui.Said(lang, err).Error()
	case err != nil:
		a.Pages.Report(err)
		t.Away = true
	}
	return a.Pages.Part(w, r, "dashboards/one", "tilebody", t)
}

func (a *Area) answered(r *http.Request, t board.Tile, lang i18n.Lang) (*answered, error) {
	now, ctx := a.now(), r.Context()
	series := reading.Series(t.Metric, t.Question, lang, now)
	series.By = ""
	var period, line, before *metric.Answer
	var targets board.Targets
	tasks := []func() error{
		func() (err error) {
			period, err = a.Answers.Answer(ctx, reading.Ask(t.Metric, t.Question, lang, now))
			return err
		},
		func() (err error) { line, err = a.Answers.Answer(ctx, series); return err },
		func() (err error) { targets, err = a.Boards.Targets(ctx); return err },
	}
	if earlier, ok := reading.Earlier(series, now); ok {
		tasks = append(tasks, func() (err error) { before, err = a.Answers.Answer(ctx, earlier); return err })
	}
	if err := reading.Together(2, tasks...); err != nil {
		return nil, err
	}
	f := reading.Figures{Lang: lang, Unit: period.Unit, Currency: period.Currency}
	shown := &answered{Reading: reading.Of(period, lang), From: period.From, To: period.To.Add(-time.Second)}
	own := targets.For(t.Metric, t.Question.Variant, t.Question.Segment, period.Currency)
	shown.Chart, shown.Target = reading.Chart(line, before, own, f, metric.Grain(series.Grain), a.Pages.Zone)
	if period.By != "" && t.Question.By != "" {
		shown.groups(period, f, reading.GroupsOf(ctx, lang, period.By, a.Called))
	}
	return shown, nil
}

func (s *answered) groups(period *metric.Answer, f reading.Figures, names reading.Groups) {
	s.By = period.By
	listed, top := period.Groups[:min(len(period.Groups), groupsShown)], 0.0
	for _, g := range listed {
		if g.Value != nil {
			top = max(top, g.Value.Float, -g.Value.Float)
		}
	}
	for _, g := range listed {
		row := group{Label: names.Label(g.Key), Value: f.Of(g.Value)}
		if g.Value != nil && top > 0 {
			row.Width = 120 * max(g.Value.Float, -g.Value.Float) / top
		}
		s.Groups = append(s.Groups, row)
	}
}
