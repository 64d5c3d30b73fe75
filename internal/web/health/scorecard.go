package health

import (
	"errors"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// shelf is the scorecards in force and the templates that are not.
type shelf struct {
	Cards, Templates []cardLine
}

// cardLine is a scorecard in a list.
type cardLine struct {
	ID, Name, About, Aspect, Who, By string
	Version                          int64
	Changed                          time.Time
	Measures                         int
}

func lineOf(s *health.Scorecard, r *http.Request) cardLine {
	l := cardLine{ID: s.ID, Name: s.Label.In(ui.Lang(r)), About: s.About.In(ui.Lang(r)), Aspect: s.Aspect, Who: strings.TrimSpace(s.Segment + " " + strings.Join(s.Stages, ", ")), By: s.By, Version: s.Version, Changed: s.Changed}
	s.Each(func(*health.ScoreGroup, *health.Measure) { l.Measures++ })
	return l
}

// inForce are the scorecards that accounts are given now.
func (a *Area) inForce(r *http.Request) ([]health.Scorecard, error) {
	all, err := a.Clinic.Scorecards(r.Context())
	if err != nil {
		return nil, err
	}
	var cards []health.Scorecard
	for _, s := range health.InForce(all, a.Pages.Now().Add(time.Microsecond)) {
		cards = append(cards, *s)
	}
	return cards, nil
}

// Scorecards lists them.
func (a *Area) Scorecards(w http.ResponseWriter, r *http.Request) error {
	cards, err := a.inForce(r)
	if err != nil {
		return err
	}
	v := &shelf{}
	there := map[string]bool{}
	for i := range cards {
		there[cards[i].ID] = true
		v.Cards = append(v.Cards, lineOf(&cards[i], r))
	}
	for _, t := range health.Templates() {
		if !there[t.ID] {
			v.Templates = append(v.Templates, lineOf(&t, r))
		}
	}
	return a.Pages.Show(w, r, "health/scorecards", v)
}

// editor is a scorecard as text, with what it would make of the accounts.
type editor struct {
	ID, Name, Text string
	Version        int64 // 0: it is not in force
	Saved          bool
	Wrong          []fault.Field
	Preview        *health.Preview
	Names          map[string]string
}

// Edit shows a scorecard, or the template with its id.
func (a *Area) Edit(w http.ResponseWriter, r *http.Request) error {
	cards, err := a.inForce(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	card, ok := health.Template(id)
	for _, s := range cards {
		if s.ID == id {
			card, ok = s, true
		}
	}
	if !ok {
		return fault.New(fault.NotFound, "there is no scorecard with this id")
	}
	if run := r.URL.Query().Get("backtest"); run != "" { // with the weights that it suggests
		draft, err := a.suggested(r, run)
		if err != nil {
			return err
		}
		draft.Version = card.Version
		card = *draft
	}
	raw, err := card.Text()
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "health/edit", &editor{ID: id, Name: card.Label.In(ui.Lang(r)), Text: string(raw), Version: card.Version, Saved: r.URL.Query().Has("saved")})
}

// read understands what was typed; what is wrong is kept beside the text.
func (a *Area) read(r *http.Request) (health.Scorecard, *editor, error) {
	v := &editor{ID: r.PathValue("id"), Text: r.PostFormValue("definition")}
	v.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // what is none is a new one
	card, err := health.Parse([]byte(v.Text))
	if err == nil {
		v.Name = card.Label.In(ui.Lang(r))
		err = a.Clinic.Check(r.Context(), &card)
	}
	var bad *fault.Error
	if errors.As(err, &bad) && bad.Kind == fault.Invalid {
		v.Wrong, err = bad.Fields, nil
	}
	return card, v, err
}

// Try answers with what a draft would make of the accounts.
func (a *Area) Try(w http.ResponseWriter, r *http.Request) error {
	card, v, err := a.read(r)
	if err != nil {
		return err
	}
	if len(v.Wrong) == 0 {
		customers, err := a.Customers.Book(r.Context())
		if err != nil {
			return err
		}
		if v.Preview, _, err = a.Clinic.Preview(r.Context(), card, a.Pages.Now(), func(id string) bool { return customers.Get(id) != nil }, 12); err != nil {
			return err
		}
		v.Names = map[string]string{}
		for _, one := range v.Preview.Accounts {
			v.Names[one.ID] = customers.Get(one.ID).Title()
		}
	}
	return a.Pages.Part(w, r, "health/edit", "tried", v)
}

// Save puts a scorecard in force.
func (a *Area) Save(w http.ResponseWriter, r *http.Request) error {
	if r.PostFormValue("do") == "remove" {
		if err := a.Clinic.ScorecardRemove(r.Context(), r.PathValue("id"), a.Pages.Now()); err != nil {
			return err
		}
		http.Redirect(w, r, "/health/scorecards", http.StatusSeeOther)
		return nil
	}
	card, v, err := a.read(r)
	if err != nil {
		return err
	}
	if len(v.Wrong) > 0 {
		return a.Pages.ShowStatus(w, r, http.StatusBadRequest, "health/edit", v)
	}
	card.By = ui.Who(r.Context()).Name
	version := v.Version
	if version == 0 || card.ID != v.ID {
		version = -1
	}
	if card, err = a.Clinic.ScorecardPut(r.Context(), card, version, a.Pages.Now()); err != nil {
		return err
	}
	http.Redirect(w, r, "/health/scorecards/"+url.PathEscape(card.ID)+"?saved", http.StatusSeeOther)
	return nil
}

// number reads a number that may be missing.
func number(text string) (*float64, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(text), ",", "."), 64)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the judgement can't be kept as it is").Field("value", "is no number")
	}
	return &x, nil
}

// sortBest puts the best choices first.
func sortBest(card *health.Scorecard, j *judged) {
	scores := map[string]float64{}
	card.Each(func(_ *health.ScoreGroup, m *health.Measure) {
		if m.ID == j.Measure {
			scores = m.Scale.Choices
		}
	})
	sort.Slice(j.Choices, func(a, b int) bool { return scores[j.Choices[a]] > scores[j.Choices[b]] })
}
