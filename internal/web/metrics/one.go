package metrics

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// one is the page of a metric.
type one struct {
	Metric   metric.Described
	Question board.Question
	Controls controls
	// Answer is nil while it is to come; Address is where it comes from.
	Answer  *shown
	Address string
	// Wait is the address of the page that waits for its answer; CSV and JSON are those of its numbers.
	Wait, CSV, JSON string
	// Unanswered is set when the question could not be answered as asked (English).
	Unanswered string
	Done       string
	// Gone is a target that was just removed, to bring it back.
	Gone       *goal
	Dashboards []board.Dashboard
	Today      string
	Names      string // the question as parameters, for forms that keep it
}

// controls are the choices of a question with what is chosen.
type controls struct {
	Periods, Grains, By, Variants, Conventions []choice
	Policies                                   []policyField
	Open                                       bool // something is chosen that stands behind "more"
}

type choice struct {
	Value, Label string
	Chosen       bool
}

type policyField struct {
	ID, Label, Value, Usual string
	Choices                 []choice
}

// One shows a metric. Its answer is a part that comes after the page, which stands at once however long counting takes;
// who has no script asks for both together.
func (a *Area) One(w http.ResponseWriter, r *http.Request) error {
	d, err := a.find(r)
	if err != nil {
		return err
	}
	lang, ctx := ui.Lang(r), r.Context()
	page := one{Metric: d, Question: reading.Question(r.URL.Query()), Done: r.FormValue("done"), Today: a.now().Format(time.DateOnly)}
	if !ui.IsPart(r) && empties(r.URL.Query()) { // a form sends all its fields: the address keeps those that say something
		http.Redirect(w, r, reading.Page(d.ID, page.Question), http.StatusSeeOther)
		return nil
	}
	if page.Dashboards, err = a.Boards.Dashboards(ctx); err != nil {
		return err
	}
	page.Controls = controlsOf(d, page.Question, lang)
	path := "/metrics/" + d.ID
	page.Wait = reading.Link(path, page.Question, "wait", "1")
	page.CSV, page.JSON = reading.Link(path+"/export.csv", page.Question), reading.Link(path+"/export.json", page.Question)
	page.Address, page.Names = reading.Page(d.ID, page.Question), reading.Values(page.Question).Encode()
	if ui.IsPart(r) || r.FormValue("wait") != "" {
		if err := a.answerInto(ctx, &page, lang); err != nil {
			return err
		}
	}
	if page.Done == "untarget" {
		page.Gone = goneTarget(r.URL.Query())
	}
	if ui.IsPart(r) {
		return a.Pages.Part(w, r, "metrics/one", "answer", page)
	}
	return a.Pages.Show(w, r, "metrics/one", page)
}

func (a *Area) answerInto(ctx context.Context, page *one, lang i18n.Lang) (err error) {
	page.Answer, err = a.shown(ctx, page.Metric, page.Question, lang)
	if err == nil || fault.KindOf(err) != fault.Invalid {
		return err
	}
	// No page about a broken address: the question is asked without what can't be used, and that is said.
	page.Unanswered = ui.Said(lang, err).Error()
	page.Answer, err = a.shown(ctx, page.Metric, board.Question{}, lang)
	if err != nil && fault.KindOf(err) == fault.Invalid { // it needs what only a question can say
		page.Answer, err = &shown{}, nil
	}
	return err
}

func empties(v url.Values) bool {
	for name := range v {
		if v.Get(name) == "" {
			return true
		}
	}
	return false
}

func controlsOf(d metric.Described, q board.Question, lang i18n.Lang) controls {
	c := controls{Open: q.From+q.To+q.AsOf+q.Currency+q.Convention != "" || len(q.Set) > 0}
	pick := func(list *[]choice, value, label, chosen string) {
		*list = append(*list, choice{value, label, value == chosen})
	}
	period := q.Period
	if q.From+q.To != "" {
		period = "between"
	} else if period == "" {
		period = "30d"
	}
	for _, p := range append(append([]string{}, board.Periods...), "between") {
		pick(&c.Periods, p, i18n.T(lang, "period."+p), period)
	}
	pick(&c.Grains, "", i18n.T(lang, "grain.trend"), q.Grain)
	for _, g := range metric.Grains {
		pick(&c.Grains, string(g), i18n.T(lang, "grain."+string(g)), q.Grain)
	}
	pick(&c.By, "", i18n.T(lang, "metrics.choose"), q.By)
	known := false
	for _, id := range d.Dimensions {
		pick(&c.By, id, ui.Dimension(lang, id), q.By)
		known = known || id == q.By
	}
	if q.By != "" && !known {
		pick(&c.By, q.By, ui.Dimension(lang, q.By), q.By)
	}
	if len(d.Variants) > 1 {
		chosen := variant(d, q.Variant)
		for i, id := range d.Variants {
			pick(&c.Variants, variant(d, id), d.VariantLabels[i], chosen)
		}
	}
	pick(&c.Conventions, "", i18n.T(lang, "policies.workspace"), q.Convention)
	for _, p := range metric.Presets() {
		pick(&c.Conventions, p.ID, i18n.Text(p.Label).In(lang), q.Convention)
	}
	for _, id := range d.Policies {
		p, ok := metric.PolicyNamed(id)
		if !ok {
			continue
		}
		field := policyField{ID: id, Label: i18n.Text(p.Label).In(lang), Value: q.Set[id], Usual: p.Default}
		if p.Kind == metric.ChoicePolicy {
			pick(&field.Choices, "", i18n.T(lang, "policies.workspace"), field.Value)
			for _, one := range p.Choices {
				pick(&field.Choices, one.ID, i18n.Text(one.Label).In(lang), field.Value)
			}
		}
		c.Open = c.Open || p.Question
		c.Policies = append(c.Policies, field)
	}
	return c
}

// Export answers with the numbers of the page, as a table or as JSON.
func (a *Area) Export(w http.ResponseWriter, r *http.Request) error {
	d, err := a.find(r)
	if err != nil {
		return err
	}
	q := reading.Question(r.URL.Query())
	ask := reading.Ask(d.ID, q, ui.Lang(r), a.now())
	if ask.Grain = q.Grain; ask.Grain == "" {
		ask = reading.Series(d.ID, q, ui.Lang(r), a.now())
	}
	answer, err := a.answer(r.Context(), ask)
	if err != nil {
		return err
	}
	if strings.HasSuffix(r.URL.Path, ".json") {
		return sendJSON(w, d.ID, answer)
	}
	return sendCSV(w, d.ID, func() error { return a.Answers.AnswerCSV(w, answer) })
}
