// Package policies shows how the workspace counts: every choice with its words and its value, conventions that people
// know by a name, and the bridge that leads from a number by one convention to the same number by another.
//
// What a choice means and how numbers follow from it is left to metric, keeping it to the store.
package policies

import (
	"context"
	"embed"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Ways is where the workspace's ways to count are kept.
type Ways interface {
	Policies(ctx context.Context) (metric.Conventions, error)
	// PoliciesChange keeps what change makes of them, with nobody in between.
	PoliciesChange(ctx context.Context, change func(metric.Conventions) error) error
	// EventNames are names of events that there are, the most frequent first.
	EventNames(ctx context.Context) ([]string, error)
}

// Answers knows the metrics and what makes their numbers differ; the API does.
type Answers interface {
	Describe(lang i18n.Lang) []metric.Described
	Bridge(ctx context.Context, q metric.Bridging) (*metric.Bridge, error)
}

// Area answers for how we count.
type Area struct {
	Pages   *ui.Pages
	Ways    Ways
	Answers Answers
	Called  reading.Called
}

type list struct {
	Policies []policy
	// Asked are those that are stated with a question.
	Asked   []policy
	Presets []preset
	Done    string
	// Was is how it stood before the last change, for taking that back.
	Was string
	Bad *refused
}

// refused is a value that can't be kept.
type refused struct{ ID, Why string }

type policy struct {
	*metric.Policy
	Label, About string
	Value        string
	Usual        string // what it is unless told otherwise, in words
	Own          bool
	Choices      []choice
	Unit         string
	On           []metric.Described
	Events       bool // its names are those of events
	Bad          string
	Empty        string
}

type choice struct {
	ID, Label string
	Chosen    bool
}

type preset struct {
	ID, Label, About string
	Sources          []string
	N                int // policies that differ
	Now              bool
}

// List shows every policy with its editor, and the presets.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	return a.list(w, r, http.StatusOK, list{Done: r.FormValue("done"), Was: r.FormValue("was")})
}

func (a *Area) list(w http.ResponseWriter, r *http.Request, status int, page list) error {
	kept, err := a.Ways.Policies(r.Context())
	if err != nil {
		return err
	}
	lang := ui.Lang(r)
	on := map[string][]metric.Described{}
	for _, d := range a.Answers.Describe(lang) {
		for _, id := range d.Policies {
			on[id] = append(on[id], d)
		}
	}
	for _, p := range metric.Policies() {
		shown := shownPolicy(p, kept, lang)
		shown.On = on[p.ID]
		if page.Bad != nil && page.Bad.ID == p.ID {
			shown.Bad = page.Bad.Why
			shown.Value = r.PostFormValue("value")
		}
		if p.Question {
			page.Asked = append(page.Asked, shown)
		} else {
			page.Policies = append(page.Policies, shown)
		}
	}
	for _, p := range metric.Presets() {
		page.Presets = append(page.Presets, preset{ID: p.ID, Label: i18n.Text(p.Label).In(lang), About: i18n.Text(p.About).In(lang), Sources: p.Sources,
			N: len(p.Conventions()), Now: same(kept, p.Conventions())})
	}
	if page.Done != "" && !i18n.Has("policies.did."+page.Done) {
		page.Done = ""
	}
	return a.Pages.ShowStatus(w, r, status, "policies/list", page)
}

// eventNames are the policies whose names are those of events.
func eventNames(p *metric.Policy) bool {
	return p.Kind == metric.NamesPolicy && !slices.Contains([]string{"at_risk_stages", "won_referrals", "community_kinds", "touch_kinds", "acquisition_costs", "retention_costs", "service_costs", "top_plans"}, p.ID)
}

func shownPolicy(p *metric.Policy, kept metric.Conventions, lang i18n.Lang) policy {
	plain, _ := p.Read(p.Default) // checked when it was loaded
	shown := policy{Policy: p, Label: i18n.Text(p.Label).In(lang), About: i18n.Text(p.About).In(lang), Value: plain, Usual: plain, Events: eventNames(p)}
	if v, ok := kept[p.ID]; ok {
		shown.Value, shown.Own = v, v != plain
	}
	for _, c := range p.Choices {
		label := i18n.Text(c.Label).In(lang)
		shown.Choices = append(shown.Choices, choice{c.ID, label, c.ID == shown.Value})
		if c.ID == plain {
			shown.Usual = label
		}
	}
	if p.Kind == metric.NamesPolicy {
		shown.Empty = "none"
		if p.Empty != "" {
			shown.Empty = p.Empty
		}
		if plain == "" {
			shown.Usual = i18n.T(lang, "policies.empty."+shown.Empty)
		}
	}
	if p.Unit != "" && p.Unit != metric.Count && i18n.Has("unit."+string(p.Unit)) {
		shown.Unit = i18n.T(lang, "unit."+string(p.Unit), "n", 0)
	}
	return shown
}

// same tells whether two conventions count alike.
func same(a, b metric.Conventions) bool {
	for _, p := range metric.Policies() {
		plain, _ := p.Read(p.Default)
		value := func(c metric.Conventions) string {
			if v, ok := c[p.ID]; ok {
				return v
			}
			return plain
		}
		if value(a) != value(b) {
			return false
		}
	}
	return true
}

// Set keeps a value, or forgets it, so that it is as it comes.
func (a *Area) Set(w http.ResponseWriter, r *http.Request) error {
	p, ok := metric.PolicyNamed(r.PathValue("policy"))
	if !ok || p.Question {
		return fault.New(fault.NotFound, "there is no such policy of the workspace")
	}
	value, usual := r.PostFormValue("value"), r.PostFormValue("do") == "usual"
	if !usual {
		plain, err := p.Read(value)
		if err != nil {
			return a.list(w, r, http.StatusBadRequest, list{Bad: &refused{p.ID, ui.Said(ui.Lang(r), err).Error()}})
		}
		value = plain
	}
	return a.change(w, r, "set", func(kept metric.Conventions) {
		if kept[p.ID] = value; usual {
			delete(kept, p.ID)
		}
	}, "#policy-"+p.ID)
}

// Preset makes the workspace count as a preset does.
func (a *Area) Preset(w http.ResponseWriter, r *http.Request) error {
	i := slices.IndexFunc(metric.Presets(), func(p *metric.Preset) bool { return p.ID == r.PathValue("preset") })
	if i < 0 {
		return fault.New(fault.NotFound, "there is no such preset")
	}
	return a.change(w, r, "preset", func(kept metric.Conventions) {
		clear(kept)
		maps.Copy(kept, metric.Presets()[i].Conventions())
	}, "")
}

// Undo makes everything as a form says that it was.
func (a *Area) Undo(w http.ResponseWriter, r *http.Request) error {
	values := map[string]string{}
	if err := json.Unmarshal([]byte(r.PostFormValue("was")), &values); err != nil {
		return fault.New(fault.Invalid, "how it was before can't be read")
	}
	was, err := metric.ReadConventions(values)
	if err != nil {
		return err
	}
	return a.change(w, r, "undo", func(kept metric.Conventions) {
		clear(kept)
		maps.Copy(kept, was)
	}, "")
}

// change alters what is kept and goes back to the page, which offers to take it back.
func (a *Area) change(w http.ResponseWriter, r *http.Request, did string, alter func(metric.Conventions), place string) error {
	var was []byte
	err := a.Ways.PoliciesChange(r.Context(), func(kept metric.Conventions) (err error) {
		if was, err = json.Marshal(kept); err == nil {
			alter(kept)
		}
		return err
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/policies?"+url.Values{"done": {did}, "was": {string(was)}}.Encode()+place, http.StatusSeeOther)
	return nil
}

// Names answers with the names of events that there are, to be put into a list with a click.
func (a *Area) Names(w http.ResponseWriter, r *http.Request) error {
	names, err := a.Ways.EventNames(r.Context())
	if err != nil {
		return err
	}
	return a.Pages.Part(w, r, "policies/list", "names", names)
}
