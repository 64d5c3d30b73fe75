package health

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// sheet is an account's health on its page.
type sheet struct {
	health.Sheet
	Account  string
	Scored   bool
	Steps    []step
	Was, Is  float64
	Aspect   string
	Since    time.Time
	Judged   []judged
	Tomorrow string
	// Mark is told apart from what is shown already, so that nothing is sent twice.
	Mark string
}

// step is a part of what changed in the last weeks.
type step struct {
	Text   string
	Points float64
}

// judged is a measure that a person may judge.
type judged struct {
	Scorecard, Measure, Label string
	Choices                   []string
}

const changeDays = 28

// Of answers with an account's health, for its page. It is asked for again every few seconds, so that what a fact changes
// shows by itself.
func (a *Area) Of(w http.ResponseWriter, r *http.Request) error {
	id, now := r.PathValue("id"), a.Pages.Now()
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return err
	}
	if customers.Get(id) == nil {
		return fault.New(fault.NotFound, "nothing is known of this account")
	}
	table, err := a.Clinic.Health(r.Context())
	if err != nil {
		return err
	}
	v := &sheet{Account: id, Since: now.AddDate(0, 0, -changeDays), Tomorrow: now.AddDate(0, 3, 0).Format(time.DateOnly)}
	row, ok := table.Row(id)
	if !ok {
		return a.Pages.Part(w, r, "health/account", "account-health", v)
	}
	words := a.words(r)
	words.Currency = table.Currency()
	v.Sheet = table.Sheet(row, words, a.Clinic.LastTold)
	for _, s := range v.Scores {
		if v.Scored = v.Scored || s.Score != nil; s.Score != nil && v.Aspect == "" && s.Weight > 0 {
			v.Aspect = s.Aspect
		}
		for _, m := range s.Measures {
			if m.Judged {
				v.Judged = append(v.Judged, judgedOf(table.Deck.Get(s.Scorecard), m))
			}
		}
	}
	at := v.At
	v.At = time.Time{} // whenever it was asked, the same is the same
	raw, err := json.Marshal(v.Sheet)
	if err != nil {
		return err
	}
	v.At, v.Mark = at, fmt.Sprintf("%x", sha256.Sum256(append(raw, ui.Lang(r)...)))[:16]
	if r.URL.Query().Get("seen") == v.Mark {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return a.Pages.Part(w, r, "health/account", "account-health", v)
}

// judgedOf is a measure of a scorecard with its choices.
func judgedOf(card *health.Scorecard, m health.SheetMeasure) judged {
	j := judged{Scorecard: card.ID, Measure: m.ID, Label: m.Label}
	card.Each(func(_ *health.ScoreGroup, one *health.Measure) {
		if one.ID == m.ID {
			j.Choices = one.Choices()
		}
	})
	return j
}

// Change answers with what changed the score in the last weeks.
func (a *Area) Change(w http.ResponseWriter, r *http.Request) error {
	id, now := r.PathValue("id"), a.Pages.Now()
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return err
	}
	v := &sheet{Account: id, Since: now.AddDate(0, 0, -changeDays), Aspect: r.URL.Query().Get("aspect")}
	if customers.Get(id) == nil {
		return fault.New(fault.NotFound, "nothing is known of this account")
	}
	c, err := a.Clinic.HealthChange(r.Context(), health.ChangeAsk{ID: id, Aspect: v.Aspect, From: v.Since, To: now})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err == nil {
		was, is, tenths := c.Tenths()
		v.Scored, v.Was, v.Is = true, float64(was)/10, float64(is)/10
		words := a.words(r)
		for i, s := range c.Steps {
			if tenths[i] != 0 {
				v.Steps = append(v.Steps, step{words.StepText(s), float64(tenths[i]) / 10})
			}
		}
	}
	return a.Pages.Part(w, r, "health/account", "change", v)
}
