package journey

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// form is what somebody edits: the journey itself, a team, a stage, a step or a touchpoint.
type form struct {
	Kind, At          string
	Name, Key, Also   string
	For, Entry, Exit  string
	Done, Color       string
	Ends, Stays, Hold bool
	Usual, Late       int
	Teams             []teamView
	Measures          []measureForm
	Families          []family
	Periods, Colors   []string
	Stage, Step       string // where it is
	Dimensions        []string
	MostName          int
}

type measureForm struct {
	Index int
	journey.Measure
}

type family struct {
	ID      string
	Metrics []metric.Described
}

// version is an earlier state of the journey.
type version struct {
	N           int
	By, Why     string
	At          time.Time
	Now, Stages int
}

// versionsShown is how many of the last versions are offered.
const versionsShown = 20

// What is edited beside spots.
const (
	atJourney = "journey"
	atTeam    = "team:" // with the team's key; without one a new team
)

// editing fills in what only the page that edits shows: the form at a spot, and earlier versions.
func (a *Area) editing(r *http.Request, j *journey.Journey, v *mapView, spot journey.Spot, at string) error {
	lang := ui.Lang(r)
	versions, err := a.Journeys.JourneyVersions(r.Context(), j.ID)
	if err != nil {
		return err
	}
	for n, one := range versions {
		if n == versionsShown {
			break
		}
		v.Versions = append(v.Versions, version{N: one.Version, By: one.By, Why: one.Why, At: *one.At, Now: j.Version, Stages: len(one.Stages)})
	}
	v.Form = a.formAt(j, spot, at, lang)
	return nil
}

func (a *Area) formAt(j *journey.Journey, spot journey.Spot, at string, lang i18n.Lang) *form {
	f := &form{At: at, Colors: journey.Colors, MostName: journey.MaxName}
	if at == atJourney {
		f.Kind, f.Name, f.For = "journey", j.Name.In(lang), j.For
		return f
	}
	if key, ok := strings.CutPrefix(at, atTeam); ok {
		f.Kind, f.Key, f.Color = "team", key, journey.Colors[len(j.Teams)%len(journey.Colors)]
		if t := j.Team(key); t != nil {
			f.Name, f.Color = t.Name.In(lang), t.Color
		}
		return f
	}
	stage, step, point, err := j.Find(spot)
	if err != nil {
		return nil
	}
	f.Stage = stage.Name.In(lang)
	switch {
	case point != nil:
		f.Kind, f.Name, f.Done, f.Teams, f.Periods, f.Step = "touchpoint", point.Name.In(lang), point.Done, teams(j, point.Teams, lang), board.Periods, step.Name.In(lang)
		for i, m := range point.Measures {
			f.Measures = append(f.Measures, measureForm{i, m})
		}
		if n := len(point.Measures); n < journey.MaxMeasures {
			f.Measures = append(f.Measures, measureForm{Index: n})
		}
		for _, d := range a.Metrics.Describe(lang) {
			if n := len(f.Families); n == 0 || f.Families[n-1].ID != d.Family {
				f.Families = append(f.Families, family{ID: d.Family})
			}
			last := &f.Families[len(f.Families)-1]
			last.Metrics = append(last.Metrics, d)
		}
		f.Dimensions = []string{"touchpoint", "feature", "survey", "channel", "csm", "plan"}
	case step != nil:
		f.Kind, f.Name = "step", step.Name.In(lang)
	default:
		f.Kind, f.Name, f.Key, f.Also = "stage", stage.Name.In(lang), stage.Key, strings.Join(stage.Also, "\n")
		f.Entry, f.Exit, f.Ends, f.Stays, f.Usual, f.Late, f.Hold = stage.Entry, stage.Exit, stage.Ends, stage.Stays, stage.Days.Usual, stage.Days.Late, stage.Days.Hold
	}
	return f
}

// Change does one thing to a journey: what the button that was pressed says.
func (a *Area) Change(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(fault.Invalid, err, "the form can't be read")
	}
	ctx, id, do, at := r.Context(), r.PathValue("id"), r.PostForm.Get("do"), r.PostForm.Get("at")
	if do == "remove-journey" {
		j, err := a.Journeys.JourneyRemove(ctx, id)
		if err != nil {
			return err
		}
		ui.Tell(w, r, "/journeys", "journey_removed", 1, undoID(id, j.Version))
		return nil
	}
	if do == "restore" {
		n, _ := strconv.Atoi(r.PostForm.Get("restore")) // what is no number is no version
		was, err := a.Journeys.Journey(ctx, id)
		if err == nil {
			err = a.goBack(ctx, id, n, 0, i18n.T(ui.Lang(r), "journey.undone_why", "n", n))
		}
		if err != nil {
			return err
		}
		ui.Tell(w, r, path(id, "edit", "1"), "journey_changed", 1, undoID(id, was.Version))
		return nil
	}
	version, _ := strconv.Atoi(r.PostForm.Get("version")) // 0 changes whatever is there
	spot := journey.ReadSpot(at)
	next := at
	var draft *journey.Journey
	j, err := a.Journeys.JourneyChange(ctx, id, version, func(j *journey.Journey) (err error) {
		draft = j
		next, err = a.apply(j, do, spot, at, r)
		j.By, j.Why = team.PrincipalOf(ctx).Name, ""
		return err
	})
	if fault.KindOf(err) == fault.Invalid && draft != nil {
		return a.again(w, r, draft, version, spot, at, err)
	}
	if err != nil {
		return err
	}
	open := ""
	if strings.HasPrefix(do, "add") {
		open = next
	}
	ui.Tell(w, r, path(id, "edit", "1", "at", open)+"#at-"+strings.ReplaceAll(next, ".", "-"), "journey_changed", 1, undoID(id, j.Version-1))
	return nil
}

// again shows the form once more with what was typed, and why it can't be kept.
func (a *Area) again(w http.ResponseWriter, r *http.Request, draft *journey.Journey, was int, spot journey.Spot, at string, err error) error {
	draft.ID, draft.Version = r.PathValue("id"), was
	v, viewErr := a.view(r, draft)
	if viewErr != nil {
		return viewErr
	}
	v.Editing = true
	if err := a.editing(r, draft, v, spot, at); err != nil {
		return err
	}
	d := fault.Problem(err)
	if v.Problem = d.Errors; len(v.Problem) == 0 {
		v.Problem = []fault.Field{{Reason: d.Detail}}
	}
	return a.Pages.ShowStatus(w, r, http.StatusUnprocessableEntity, "journey/map", v)
}

// apply changes a journey and says where to look next.
func (a *Area) apply(j *journey.Journey, do string, spot journey.Spot, at string, r *http.Request) (next string, err error) {
	lang := ui.Lang(r)
	unnamed := journey.Plain(i18n.T(lang, "journey.unnamed_"+strings.TrimPrefix(do, "add-")))
	switch do {
	case "save":
		return at, a.save(j, spot, at, r, lang)
	case "back", "on":
		to, err := j.Move(spot, map[string]int{"back": -1, "on": 1}[do])
		return to.String(), err
	case "remove":
		if key, ok := strings.CutPrefix(at, atTeam); ok {
			j.RemoveTeam(key)
			return "teams", nil
		}
		return "", j.Remove(spot)
	case "add-stage":
		j.Stages = append(j.Stages, journey.Stage{Key: freeKey(j), Name: unnamed})
		return strconv.Itoa(len(j.Stages) - 1), nil
	case "add-step", "add-touchpoint":
		stage, step, _, err := j.Find(spot)
		switch {
		case err != nil:
			return "", err
		case do == "add-step":
			stage.Steps = append(stage.Steps, journey.Step{Name: unnamed})
			return journey.Spot{Stage: spot.Stage, Step: len(stage.Steps) - 1, Touchpoint: -1}.String(), nil
		case step == nil:
			return "", fault.New(fault.Invalid, "a touchpoint stands at a step; none is named")
		}
		step.Touchpoints = append(step.Touchpoints, journey.Touchpoint{Name: unnamed})
		return journey.Spot{Stage: spot.Stage, Step: spot.Step, Touchpoint: len(step.Touchpoints) - 1}.String(), nil
	}
	return "", fault.New(fault.Invalid, "it is not said what to do with the journey")
}

// freeKey is a value that no stage has.
func freeKey(j *journey.Journey) string {
	for n := len(j.Stages) + 1; ; n++ {
		if key := "stage " + strconv.Itoa(n); j.StageOf(key) < 0 {
			return key
		}
	}
}

func (a *Area) save(j *journey.Journey, spot journey.Spot, at string, r *http.Request, lang i18n.Lang) error {
	get := r.PostForm.Get
	if at == atJourney {
		j.Name, j.For = j.Name.Said(get("name"), lang), get("for")
		return nil
	}
	if key, ok := strings.CutPrefix(at, atTeam); ok {
		t := j.Team(key)
		if t == nil {
			j.Teams = append(j.Teams, journey.Team{Key: freeTeam(j)})
			t = &j.Teams[len(j.Teams)-1]
		}
		t.Name, t.Color = t.Name.Said(get("name"), lang), get("color")
		return nil
	}
	stage, step, point, err := j.Find(spot)
	switch {
	case err != nil:
		return err
	case point != nil:
		point.Name, point.Done, point.Teams, point.Measures = point.Name.Said(get("name"), lang), get("done"), r.PostForm["team"], measures(r)
	case step != nil:
		step.Name = step.Name.Said(get("name"), lang)
	default:
		stage.Name, stage.Key, stage.Entry, stage.Exit, stage.Ends = stage.Name.Said(get("name"), lang), get("key"), get("entry"), get("exit"), get("ends") != ""
		stage.Also, stage.Stays = nil, get("stays") != ""
		for line := range strings.Lines(get("also")) {
			if line = strings.TrimSpace(line); line != "" {
				stage.Also = append(stage.Also, line)
			}
		}
		stage.Days = journey.Days{Usual: whole(get("usual")), Late: whole(get("late")), Hold: get("hold") != ""}
	}
	return nil
}

// whole reads a number of days; what is none is refused by the journey as -1 is.
func whole(text string) int {
	if text = strings.TrimSpace(text); text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func freeTeam(j *journey.Journey) string {
	for n := len(j.Teams) + 1; ; n++ {
		if key := "team-" + strconv.Itoa(n); j.Team(key) == nil {
			return key
		}
	}
}

// measures are the rows of the form that name a metric.
func measures(r *http.Request) []journey.Measure {
	var all []journey.Measure
	column := func(name string, i int) string {
		if values := r.PostForm[name]; i < len(values) {
			return strings.TrimSpace(values[i])
		}
		return ""
	}
	for i, id := range r.PostForm["metric"] {
		if id != "" {
			all = append(all, journey.Measure{Metric: id, Variant: column("variant", i), Period: column("period", i), Whose: column("whose", i), By: column("by", i), Group: column("group", i)})
		}
	}
	return all
}
