package scorecards

import (
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// editor is a scorecard as a form or as text, with what it would make of the accounts.
type editor struct {
	ID, Name, Text string
	View           string // form or text
	Version        int64  // 0: it is not in force
	Form           *form
	Wrong          []wrong
	Preview        *health.Preview
	Names          map[string]string
	Versions       []versionLine
}

// Bands are those that the preview counts.
func (*editor) Bands() []health.Band { return health.AllBands }

// Views of a scorecard.
const (
	asForm = "form"
	asText = "text"
)

// wrong is what can't be used of a scorecard: where, in words and as its path.
type wrong struct{ At, Where, Reason string }

// newID is the path of a scorecard that is not kept yet.
const newID = "new"

// Of is the scorecard of an address: the one in force, or the template with its id, or a new one.
func (a *Area) Of(r *http.Request) (health.Scorecard, error) {
	id := r.PathValue("id")
	cards, err := a.inForce(r.Context())
	if err != nil {
		return health.Scorecard{}, err
	}
	for _, s := range cards {
		if s.ID == id {
			return s, nil
		}
	}
	if id == newID {
		lang := ui.Lang(r)
		return health.Scorecard{Label: say(i18n.Text{}, i18n.T(lang, "health.form.unnamed"), lang), Bands: health.UsualBands,
			Groups: []health.ScoreGroup{{ID: "group_1", Label: say(i18n.Text{}, i18n.T(lang, "health.form.new_group"), lang), Weight: 100}}}, nil
	}
	card, ok := health.Template(id)
	if !ok {
		return card, fault.New(fault.NotFound, "there is no scorecard with this id")
	}
	return card, nil
}

// Edit shows a scorecard, or the template with its id.
func (a *Area) Edit(w http.ResponseWriter, r *http.Request) error {
	card, err := a.Of(r)
	if err != nil {
		return err
	}
	v := &editor{ID: r.PathValue("id"), Version: card.Version, View: asForm}
	if r.URL.Query().Get("view") == asText {
		v.View = asText
	}
	if run := r.URL.Query().Get("backtest"); run != "" { // with the weights that it suggests
		draft, err := a.suggested(r, run)
		if err != nil {
			return err
		}
		draft.Version = card.Version
		card = *draft
	}
	if err := a.fill(r, v, &card, ""); err != nil {
		return err
	}
	if v.Versions, err = a.versions(r, card.ID); err != nil {
		return err
	}
	return a.Pages.Show(w, r, "scorecards/edit", v)
}

// fill shows a scorecard in an editor.
func (a *Area) fill(r *http.Request, v *editor, card *health.Scorecard, open string) error {
	raw, err := card.Text()
	if err != nil {
		return err
	}
	v.Name, v.Text = card.Label.In(ui.Lang(r)), string(raw)
	if v.View == asForm {
		v.Form, err = a.formOf(r, card, open)
	}
	return err
}

// draft reads what was sent: the text, and in the form view the fields that change it. What is wrong with it is kept in the
// editor; then there may be no scorecard.
func (a *Area) draft(r *http.Request) (*health.Scorecard, *editor, error) {
	if err := r.ParseForm(); err != nil {
		return nil, nil, fault.Wrap(fault.Invalid, err, "the form can't be read")
	}
	v := &editor{ID: r.PathValue("id"), Text: r.PostForm.Get("definition"), View: asText}
	if r.PostForm.Get("view") == asForm {
		v.View = asForm
	}
	v.Version, _ = strconv.ParseInt(r.PostForm.Get("version"), 10, 64) // what is none is a new one
	card, err := health.Parse([]byte(v.Text))
	if err != nil {
		return nil, v, a.refused(r, v, nil, err)
	}
	if v.View == asForm {
		d := drafting{card: &card, form: r.PostForm, lang: ui.Lang(r), bad: fault.New(fault.Invalid, "the scorecard can't be used as it is")}
		d.fields()
		if len(d.bad.Fields) > 0 {
			err = d.bad
		}
	}
	v.Name = card.Label.In(ui.Lang(r))
	return &card, v, a.refused(r, v, &card, err)
}

// Typed is the scorecard that was sent as a draft. One that can't be used is a fault.Invalid, as are the fields that are wrong.
func (a *Area) Typed(r *http.Request) (*health.Scorecard, error) {
	draft, v, err := a.draft(r)
	if err != nil || len(v.Wrong) == 0 {
		return draft, err
	}
	bad := fault.New(fault.Invalid, "the scorecard can't be used as it is")
	for _, w := range v.Wrong {
		bad = bad.Field(w.At, "%s", w.Reason)
	}
	return nil, bad
}

// refused keeps what is wrong beside the text; other errors it gives back.
func (a *Area) refused(r *http.Request, v *editor, card *health.Scorecard, err error) error {
	var bad *fault.Error
	if err == nil || !errors.As(ui.Said(ui.Lang(r), err), &bad) || bad.Kind != fault.Invalid {
		return err
	}
	for _, f := range bad.Fields {
		v.Wrong = append(v.Wrong, wrong{f.Name, whereIn(card, f.Name, ui.Lang(r)), f.Reason})
	}
	if len(v.Wrong) == 0 {
		v.Wrong = []wrong{{Reason: bad.Error()}}
	}
	return nil
}

var pathText = regexp.MustCompile(`^groups\[(\d+)\](?:\.measures\[(\d+)\])?`)

// whereIn says in words where in a scorecard a path leads: "Use › Logins".
func whereIn(card *health.Scorecard, path string, lang i18n.Lang) string {
	at := pathText.FindStringSubmatch(path)
	if card == nil || at == nil {
		return ""
	}
	g, _ := strconv.Atoi(at[1])
	if g >= len(card.Groups) {
		return ""
	}
	where := card.Groups[g].Label.In(lang)
	if m, err := strconv.Atoi(at[2]); err == nil && m < len(card.Groups[g].Measures) {
		where += " › " + card.Groups[g].Measures[m].Label.In(lang)
	}
	return where
}

// Draft answers with the editor after a button of it was pressed; nothing is kept.
func (a *Area) Draft(w http.ResponseWriter, r *http.Request) error {
	card, v, err := a.draft(r)
	if err != nil {
		return err
	}
	do, open := r.FormValue("do"), r.PostForm.Get("open")
	switch {
	case do == "view:text":
		v.View = asText
	case card != nil:
		v.View = asForm
		if do == "source" {
			if _, m := spotOf(card, open); m != nil {
				err = a.settle(r, m)
			}
		} else {
			open, err = a.do(r.Context(), card, do, open, ui.Lang(r))
		}
		if err != nil {
			return err
		}
	}
	if card != nil {
		if err := a.fill(r, v, card, open); err != nil {
			return err
		}
	}
	if r.Header.Get("HX-Request") != "" {
		return a.Pages.Part(w, r, "scorecards/edit", "editor", v)
	}
	return a.Pages.Show(w, r, "scorecards/edit", v)
}

// Try answers with what a draft would make of the accounts.
func (a *Area) Try(w http.ResponseWriter, r *http.Request) error {
	card, v, err := a.draft(r)
	if err != nil {
		return err
	}
	if len(v.Wrong) == 0 {
		if err := a.check(r, v, card); err != nil {
			return err
		}
	}
	if len(v.Wrong) == 0 {
		customers, err := a.Customers.Book(r.Context())
		if err != nil {
			return err
		}
		if v.Preview, _, err = a.Clinic.Preview(r.Context(), *card, a.Pages.Now(), func(id string) bool { return customers.Get(id) != nil }, 12); err != nil {
			return err
		}
		for i := range v.Preview.Warnings {
			one := &v.Preview.Warnings[i]
			card.Each(func(_ *health.ScoreGroup, m *health.Measure) {
				if one.Why != nil && m.ID == one.Measure {
					one.Measure, one.Reason = m.Label.In(ui.Lang(r)), ui.Said(ui.Lang(r), one.Why).Error()
				}
			})
		}
		v.Names = map[string]string{}
		for _, one := range v.Preview.Accounts {
			v.Names[one.ID] = customers.Get(one.ID).Title()
		}
	}
	return a.Pages.Part(w, r, "scorecards/edit", "tried", v)
}

// check keeps all that is wrong with a scorecard beside it. One that is new gets an id of its name first.
func (a *Area) check(r *http.Request, v *editor, card *health.Scorecard) error {
	if card.ID == "" {
		cards, err := a.inForce(r.Context())
		if err != nil {
			return err
		}
		taken := map[string]bool{newID: true}
		for _, s := range cards {
			taken[s.ID] = true
		}
		card.ID = idOf(card.Label.EN, taken)
	}
	return a.refused(r, v, card, a.Clinic.Check(r.Context(), card))
}

var notInIDs = regexp.MustCompile(`[^a-z0-9]+`)

// idOf makes an id of a name.
func idOf(name string, taken map[string]bool) string {
	base := strings.Trim(notInIDs.ReplaceAllString(strings.ToLower(name), "_"), "_")
	if base = base[:min(len(base), 30)]; base == "" || base[0] < 'a' {
		base = "scorecard"
	}
	id := base
	for n := 2; taken[id]; n++ {
		id = base + "_" + strconv.Itoa(n)
	}
	return id
}

// suggested is the scorecard with the weights that a backtest suggests, to be edited.
func (a *Area) suggested(r *http.Request, run string) (*health.Scorecard, error) {
	one, err := a.Suggests.BacktestOf(r.Context(), run, false)
	if err != nil {
		return nil, err
	}
	if one.Report == nil || one.Report.Weights == nil {
		return nil, fault.New(fault.NotFound, "this backtest suggests no weights")
	}
	draft := one.Report.Weights.Draft
	return &draft, nil
}
