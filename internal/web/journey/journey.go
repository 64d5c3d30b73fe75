// Package journey shows the journeys of customers: the map of stages, steps and touchpoints with the numbers at each, where
// accounts are and who is late, and lets them be changed. Every change can be taken back.
//
// What a journey means is left to the noun of that name, keeping it to the store, what numbers say to metric.
package journey

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Number is a number at a touchpoint.
type Number struct {
	Step, Touchpoint int
	Measure          journey.Measure
	Segment          string // of the accounts it is of
	Answer           *metric.Answer
	Problem          string // why there is none (English)
}

// Journeys keeps journeys and knows where the accounts that who asks may see are on them. Its errors are fault.Errors.
type Journeys interface {
	Journeys(ctx context.Context) ([]journey.Journey, error)
	Journey(ctx context.Context, id string) (journey.Journey, error)
	JourneyVersions(ctx context.Context, id string) ([]journey.Journey, error)
	JourneyAdd(ctx context.Context, one journey.Journey) (journey.Journey, error)
	JourneyChange(ctx context.Context, id string, version int, change func(*journey.Journey) error) (journey.Journey, error)
	JourneyRemove(ctx context.Context, id string) (journey.Journey, error)
	JourneyRestore(ctx context.Context, id string) (journey.Journey, error)

	Course(ctx context.Context, one *journey.Journey, ask journey.Ask) (*journey.Course, error)
	// PlaceOf is where an account is on the journey it takes; fault.NotFound when it takes none.
	PlaceOf(ctx context.Context, account string) (*journey.Journey, *journey.Place, *journey.Course, error)
	// Had are the accounts that meet a condition.
	Had(ctx context.Context, condition string) (map[string]time.Time, error)
	// Numbers are those at the touchpoints of a stage, in their order.
	Numbers(ctx context.Context, one *journey.Journey, stage int, segment string, lang i18n.Lang) ([]Number, error)
}

// Customers knows all accounts as they stand.
type Customers interface {
	Book(ctx context.Context) (*account.Book, error)
}

// Area answers for journeys.
type Area struct {
	Pages     *ui.Pages
	Journeys  Journeys
	Customers Customers
	Metrics   interface {
		Describe(lang i18n.Lang) []metric.Described
	}
	Segments interface {
		Segments(ctx context.Context) ([]account.SavedSegment, error)
	}
}

// path is the address of a journey's page, with parameters as pairs; empty ones are left out.
func path(id string, more ...string) string {
	return address("/journeys/"+url.PathEscape(id), more...)
}

func address(base string, more ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			q.Set(more[i], more[i+1])
		}
	}
	if len(q) == 0 {
		return base
	}
	return base + "?" + q.Encode()
}

// patience is how long a part waits for what it asks.
const patience = 10 * time.Second

// part answers with a part of the page; what can't be had now is said in its place, with a way to ask again.
func (a *Area) part(w http.ResponseWriter, r *http.Request, page, block string, fill func(ctx context.Context) (any, error)) error {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	data, err := fill(ctx)
	if err == nil {
		return a.Pages.Part(w, r, page, block, data)
	}
	if r.Context().Err() != nil {
		return err // nobody waits any more
	}
	if ctx.Err() != nil { // much is counted anew, as after scorecards change; what was found of it is remembered: the page asks again
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return nil
	}
	v := away{Again: r.URL.RequestURI()}
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.NotFound {
		v.Why = reason(err)
	} else {
		a.Pages.Report(err)
	}
	return a.Pages.Part(w, r, page, "away", v)
}

// away stands in the place of a part that can't be had.
type away struct{ Again, Why string }

// reason is what an error says, in English: of the first field it names, if any.
func reason(err error) string {
	d := fault.Problem(err)
	if len(d.Errors) > 0 {
		return d.Errors[0].Reason
	}
	return d.Detail
}

// offer is a template to begin with.
type offer struct {
	ID, Name, About, For string
	Stages               []string
}

type beginning struct {
	Offers []offer
	Some   bool // there are journeys already
}

// Index leads to the first journey, or offers templates while there is none.
func (a *Area) Index(w http.ResponseWriter, r *http.Request) error {
	all, err := a.Journeys.Journeys(r.Context())
	if err != nil {
		return err
	}
	if len(all) > 0 && r.FormValue("did") == "" {
		http.Redirect(w, r, path(all[0].ID), http.StatusSeeOther)
		return nil
	}
	return a.begin(w, r, len(all) > 0)
}

// New offers templates for another journey.
func (a *Area) New(w http.ResponseWriter, r *http.Request) error { return a.begin(w, r, true) }

func (a *Area) begin(w http.ResponseWriter, r *http.Request, some bool) error {
	lang := ui.Lang(r)
	v := beginning{Some: some}
	for _, t := range journey.Templates() {
		o := offer{ID: t.ID, Name: t.Journey.Name.In(lang), About: t.About.In(lang), For: t.Journey.For}
		for _, s := range t.Journey.Stages {
			o.Stages = append(o.Stages, s.Name.In(lang))
		}
		v.Offers = append(v.Offers, o)
	}
	return a.Pages.Show(w, r, "journey/begin", v)
}

// Add makes a journey of a template, or an empty one.
func (a *Area) Add(w http.ResponseWriter, r *http.Request) error {
	lang := ui.Lang(r)
	j := journey.Journey{Name: journey.Plain(i18n.T(lang, "journey.unnamed"))}
	if id := r.PostFormValue("template"); id != "" {
		t, ok := journey.TemplateNamed(id)
		if !ok {
			return fault.New(fault.NotFound, "there is no such template")
		}
		j = t.Journey
	}
	if r.PostFormValue("everyone") != "" {
		j.For = ""
	}
	j.By = team.PrincipalOf(r.Context()).Name
	j, err := a.Journeys.JourneyAdd(r.Context(), j)
	if err != nil {
		return err
	}
	more := []string{}
	if len(j.Stages) == 0 {
		more = []string{"edit", "1"}
	}
	ui.Tell(w, r, path(j.ID, more...), "journey_added", 1, "")
	return nil
}

// UndoPrefix begins the ids that undo what was done to journeys: the journey and the version to go back to.
const UndoPrefix = "journey:"

func undoID(id string, version int) string { return UndoPrefix + id + ":" + strconv.Itoa(version) }

// Undo makes the version that a change was made to the newest again, or brings a removed journey back.
func (a *Area) Undo(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if !team.PrincipalOf(ctx).May(team.Arrange) {
		return fault.New(fault.Forbidden, "your role may not change journeys")
	}
	id, number, _ := strings.Cut(strings.TrimPrefix(r.PostFormValue("id"), UndoPrefix), ":")
	version, err := strconv.Atoi(number)
	if err != nil {
		return fault.New(fault.NotFound, "there is nothing to undo")
	}
	now, err := a.Journeys.Journey(ctx, id)
	if err != nil {
		return err
	}
	if now.Removed != nil {
		if _, err := a.Journeys.JourneyRestore(ctx, id); err != nil {
			return err
		}
		ui.Tell(w, r, path(id), "undone", 1, "")
		return nil
	}
	back := ui.Local(r.PostFormValue("back"))
	if back == "/" {
		back = path(id)
	}
	if err := a.goBack(ctx, id, version, version+1, i18n.T(ui.Lang(r), "journey.undone_why", "n", version)); err != nil {
		return err
	}
	ui.Tell(w, r, back, "undone", 1, "")
	return nil
}

// goBack makes an old version the next one, unless somebody has changed the journey since; from 0 takes whatever is there.
func (a *Area) goBack(ctx context.Context, id string, version, from int, why string) error {
	versions, err := a.Journeys.JourneyVersions(ctx, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(versions, func(j journey.Journey) bool { return j.Version == version })
	if i < 0 {
		return fault.New(fault.NotFound, "there is no such version of the journey")
	}
	_, err = a.Journeys.JourneyChange(ctx, id, from, func(j *journey.Journey) error {
		*j = versions[i]
		j.By, j.Why = team.PrincipalOf(ctx).Name, why
		return nil
	})
	return err
}
