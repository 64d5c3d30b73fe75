package journey

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// tab is one of several journeys.
type tab struct {
	Name, Href string
	Current    bool
}

// choice is whose accounts are shown: those in a segment, beside those in another.
type choice struct {
	ID              string
	Segment, Beside string
	Saved           []option
	Two             bool
	NameA, NameB    string // empty: everybody
}

// everybody is what an address has for all accounts, where nothing says that nobody is compared with.
const everybody = "*"

// option is a segment to choose.
type option struct{ Text, Name string }

// read takes from an address whose accounts are shown.
func (a *Area) choice(r *http.Request, id string) (choice, error) {
	c := choice{ID: id, Segment: r.FormValue("segment"), Beside: r.FormValue("beside")}
	if c.Two = c.Beside != ""; c.Beside == everybody {
		c.Beside = ""
	}
	c.Two = c.Two && c.Segment != c.Beside
	saved, err := a.Segments.Segments(r.Context())
	if err != nil {
		return c, err
	}
	for _, s := range saved {
		c.Saved = append(c.Saved, option{Text: account.Segment{Op: "member", About: account.Member, Name: s.Name}.String(), Name: s.Name})
	}
	c.NameA, c.NameB = c.named(c.Segment), c.named(c.Beside)
	for _, text := range []string{c.Segment, c.Beside} { // one that somebody wrote can be chosen as well
		if text != "" && !slices.ContainsFunc(c.Saved, func(o option) bool { return o.Text == text }) {
			c.Saved = append(c.Saved, option{text, text})
		}
	}
	return c, nil
}

func (c choice) named(text string) string {
	for _, o := range c.Saved {
		if o.Text == text {
			return o.Name
		}
	}
	return text
}

// query is the choice as a part of an address, and more beside it.
func (c choice) query(more ...string) []string {
	q := append([]string{"segment", c.Segment}, more...)
	if c.Two {
		q = append(q, "beside", cmp.Or(c.Beside, everybody))
	}
	return q
}

type mapView struct {
	ID, Name, For string
	Version       int
	Tabs          []tab
	Choice        choice
	Teams         []teamView
	Columns       []column
	Course        string // address of the part that tells where accounts are
	Editing       bool
	Edit          string // address of the page that edits
	Form          *form
	Versions      []version
	Problem       []fault.Field // why what was typed can't be kept (English)
}

type teamView struct {
	Key, Name, Color string
	N                int // touchpoints it stands at
	On               bool
}

type column struct {
	Place
	Key          string
	N            int // from 1
	Ends         bool
	Entry, Exit  string
	Steps        []step
	Part         string // address of the same with numbers
	Counted, Two bool
	NameA, NameB string
}

type step struct {
	Place
	Points []point
}

type point struct {
	Place
	Teams   []teamView
	Done    string
	Had     *had
	Numbers []number
}

// Place is what a stage, a step or a touchpoint is called and where it is; Back and On say that it can be moved.
type Place struct {
	Spot, Anchor, Name string
	Back, On           bool
}

func placeOf(spot journey.Spot, name string, back, on bool) Place {
	text := spot.String()
	return Place{text, strings.ReplaceAll(text, ".", "-"), name, back, on}
}

// had is how many accounts of the stage had a touchpoint.
type had struct {
	N, Of int
	Width float64 // of a bar, 0 to 120
}

// Show shows the map. Where accounts are and the numbers come after the page.
func (a *Area) Show(w http.ResponseWriter, r *http.Request) error {
	j, err := a.Journeys.Journey(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if j.Removed != nil {
		return fault.New(fault.NotFound, "this journey was removed")
	}
	v, err := a.view(r, &j)
	if err != nil {
		return err
	}
	if v.Editing = r.FormValue("edit") != ""; v.Editing {
		if err := a.editing(r, &j, v, journey.ReadSpot(r.FormValue("at")), r.FormValue("at")); err != nil {
			return err
		}
	}
	return a.Pages.Show(w, r, "journey/map", v)
}

func (a *Area) view(r *http.Request, j *journey.Journey) (*mapView, error) {
	ctx, lang := r.Context(), ui.Lang(r)
	c, err := a.choice(r, j.ID)
	if err != nil {
		return nil, err
	}
	v := &mapView{ID: j.ID, Name: j.Name.In(lang), For: j.For, Version: j.Version, Choice: c, Course: path(j.ID)}
	v.Course, v.Edit = address(path(j.ID)+"/course", c.query()...), path(j.ID, "edit", "1")
	if v.Tabs, err = a.tabs(ctx, j.ID, lang); err != nil {
		return nil, err
	}
	labels := a.labels(lang)
	for i := range j.Stages {
		v.Columns = append(v.Columns, columnOf(j, i, c, labels, lang))
	}
	for _, t := range teams(j, nil, lang) {
		for _, s := range j.Stages {
			for _, step := range s.Steps {
				for _, p := range step.Touchpoints {
					if slices.Contains(p.Teams, t.Key) {
						t.N++
					}
				}
			}
		}
		v.Teams = append(v.Teams, t)
	}
	return v, nil
}

func (a *Area) tabs(ctx context.Context, id string, lang i18n.Lang) ([]tab, error) {
	all, err := a.Journeys.Journeys(ctx)
	var tabs []tab
	for _, j := range all {
		tabs = append(tabs, tab{j.Name.In(lang), path(j.ID), j.ID == id})
	}
	return tabs, err
}

// labels are the names of metrics.
func (a *Area) labels(lang i18n.Lang) map[string]string {
	all := map[string]string{}
	for _, d := range a.Metrics.Describe(lang) {
		all[d.ID] = d.Label
	}
	return all
}

// teams are all teams of a journey; those with a key among on are marked.
func teams(j *journey.Journey, on []string, lang i18n.Lang) []teamView {
	var all []teamView
	for _, t := range j.Teams {
		all = append(all, teamView{Key: t.Key, Name: t.Name.In(lang), Color: t.Color, On: slices.Contains(on, t.Key)})
	}
	return all
}

// columnOf is a stage before its numbers have come.
func columnOf(j *journey.Journey, i int, c choice, labels map[string]string, lang i18n.Lang) column {
	s := &j.Stages[i]
	first, last := i == 0, i == len(j.Stages)-1
	out := column{Place: placeOf(journey.Spot{Stage: i, Step: -1, Touchpoint: -1}, s.Name.In(lang), !first, !last), Key: s.Key, N: i + 1, Ends: s.Ends, Entry: s.Entry, Exit: s.Exit,
		Two: c.Two, NameA: c.NameA, NameB: c.NameB}
	out.Part = address(path(j.ID)+"/numbers/"+strconv.Itoa(i), c.query()...)
	for k, one := range s.Steps {
		st := step{Place: placeOf(journey.Spot{Stage: i, Step: k, Touchpoint: -1}, one.Name.In(lang), k > 0 || !first, k < len(s.Steps)-1 || !last)}
		for n, t := range one.Touchpoints {
			p := point{Place: placeOf(journey.Spot{Stage: i, Step: k, Touchpoint: n}, t.Name.In(lang), k > 0 || n > 0, k < len(s.Steps)-1 || n < len(one.Touchpoints)-1), Done: t.Done}
			for _, team := range teams(j, t.Teams, lang) {
				if team.On {
					p.Teams = append(p.Teams, team)
				}
			}
			for _, m := range t.Measures {
				p.Numbers = append(p.Numbers, numberOf(m, labels, lang))
			}
			st.Points = append(st.Points, p)
		}
		out.Steps = append(out.Steps, st)
	}
	return out
}

// days writes a number of days.
func days(lang i18n.Lang, n float64) string {
	return ui.Span(lang, time.Duration(n*24*float64(time.Hour)))
}
