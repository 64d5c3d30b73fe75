package metric

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// Reading says what is read of every account at an instant: one of a metric, an event, a vital sign, a trait or an answer.
// What it gives is a number, or for traits also a text; what is not known is neither.
type Reading struct {
	// Metric is the id of one of the catalogue, counted for each account alone; Variant how. Only keeps the rows whose
	// dimensions have one of the named values.
	Metric  string              `json:"metric,omitempty" yaml:"metric,omitempty" doc:"A metric of the catalogue, counted for each account alone"`
	Variant string              `json:"variant,omitempty" yaml:"variant,omitempty" doc:"A way to count the metric"`
	Only    map[string][]string `json:"only,omitempty" yaml:"only,omitempty" doc:"Keeps only rows of the metric with these values of its own dimensions" example:"{\"priority\":[\"urgent\"]}"`
	// Event is the name of an event, * any; Counted is times, days or people.
	Event   string `json:"event,omitempty" yaml:"event,omitempty" doc:"The name of an event; * is any"`
	Counted string `json:"counted,omitempty" yaml:"counted,omitempty" enum:"times,days,people" doc:"What of the event is counted; empty: times"`
	Vital   string `json:"vital,omitempty" yaml:"vital,omitempty" doc:"A vital sign" example:"days_to_renewal"`
	// Trait is plan, trait.NAME …; one that is an instant is read as the days since then, below 0 when it lies ahead.
	Trait string `json:"trait,omitempty" yaml:"trait,omitempty" doc:"A trait of accounts; an instant is read as the days since then"`
	// Answer is the kind of a survey; read is where the last answer stands on its scale, 0 to 100 with 100 the best.
	Answer string `json:"answer,omitempty" yaml:"answer,omitempty" enum:"nps,csat,ces,rating" doc:"The last answer to a survey of this kind, 0 to 100 on its scale with 100 the best"`
	Survey string `json:"survey,omitempty" yaml:"survey,omitempty" doc:"Only answers to this survey"`
	// Window is how far back it looks, such as 28 days; empty: 30 days.
	Window string `json:"window,omitempty" yaml:"window,omitempty" doc:"How far back it looks" example:"28 days"`
	// Change also reads the window before, both ending at the last midnight, so that only whole days are compared.
	Change bool `json:"change,omitempty" yaml:"change,omitempty" doc:"The change in percent against the window before, whole days only"`
	// Back is how many days back the last known value is looked for, week by week, where there is none.
	Back int `json:"-" yaml:"-"`
}

// maxBack is how far a last known value is looked for.
const maxBack = 182

// window is the text of Window, read.
func (r Reading) window() (account.Window, error) {
	if r.Window == "" {
		return usualWindow, nil
	}
	parts := windowText.FindStringSubmatch(r.Window)
	if parts == nil {
		return account.Window{}, fmt.Errorf("%q is no window: write one like 28 days, 4 weeks or 1 year", clip(r.Window))
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil || n < 1 || n > 1000 {
		return account.Window{}, fmt.Errorf("a window of %s is not between 1 and 1000 long", clip(r.Window))
	}
	return account.Window{N: n, Unit: parts[2]}, nil
}

var windowText = regexp.MustCompile(`^([0-9]{1,5}) (day|week|month|quarter|year)s?$`)

// Length is its window; the usual one when it can't be read.
func (r Reading) Length() account.Window {
	w, err := r.window()
	if err != nil {
		return usualWindow
	}
	return w
}

// Days is the length of the window in days, of months and years roughly; 0 when it can't be read.
func (r Reading) Days() int {
	w, err := r.window()
	if err != nil {
		return 0
	}
	return w.N * map[string]int{"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[w.Unit]
}

// ReadsText says that what is read may be a text.
func (r Reading) ReadsText() bool {
	t, err := traitNamed(r.Trait)
	return r.Trait != "" && err == nil && (t.column == nil || t.column.Type != fact.Number && t.column.Type != fact.Time)
}

// Unit is what its values are counted in.
func (s *Service) Unit(r Reading) Unit {
	switch {
	case r.Change:
		return Percent
	case r.Metric != "":
		if d, ok := s.Catalog.Get(r.Metric); ok {
			if d, _, ok := d.With(r.Variant); ok {
				return d.Unit
			}
		}
	case r.Vital != "":
		if v, ok := vitals[r.Vital]; ok {
			return v.Unit
		}
	case r.Answer != "":
		return Score
	case r.Event != "":
		return Count
	case r.Trait != "":
		if r.isInstant() {
			return Days
		}
	}
	return Number
}

// CheckReading says what of a reading can't be read: the field, and why. It gives nothing when all is well.
func (s *Service) CheckReading(r Reading, bad func(field, reason string, args ...any)) {
	var named []string
	for field, value := range map[string]string{"metric": r.Metric, "event": r.Event, "vital": r.Vital, "trait": r.Trait, "answer": r.Answer} {
		if value != "" {
			named = append(named, field)
		}
	}
	slices.Sort(named)
	if len(named) != 1 {
		bad("", "reads %s: name exactly one of metric, event, vital, trait, answer", map[bool]string{true: "nothing", false: strings.Join(named, " and ")}[len(named) == 0])
		return
	}
	if _, err := r.window(); err != nil {
		bad("window", "%s", err)
	}
	if r.Back < 0 || r.Back > maxBack {
		bad("days", "a last value is looked for 1 to %d days back", maxBack)
	}
	if r.Change && (r.Trait != "" || r.Vital != "" || r.Answer != "") {
		bad("change", "only metrics and events are counted in windows and can be compared with the one before")
	}
	if r.Counted != "" && (r.Event == "" || !slices.Contains([]string{"times", "days", "people"}, r.Counted)) {
		bad("counted", "times, days and people are counted of an event")
	}
	if r.Survey != "" && r.Answer == "" {
		bad("survey", "belongs to an answer")
	}
	if len(r.Only)+len(r.Variant) > 0 && r.Metric == "" {
		bad("only", "variant and only belong to a metric")
	}
	switch {
	case r.Metric != "":
		s.checkMetricReading(r, bad)
	case r.Vital != "":
		if _, ok := vitals[r.Vital]; !ok {
			bad("vital", "there is no vital sign %q; known are %s", clip(r.Vital), strings.Join(vitalIDs, ", "))
		}
	case r.Trait != "":
		if t, err := traitNamed(r.Trait); err != nil {
			bad("trait", "%s", err)
		} else if t.kind != fact.Accounts {
			bad("trait", "%s belongs to contacts, of whom there may be many; read a trait of the account", clip(r.Trait))
		}
	case r.Answer != "" && !slices.Contains(scoredAnswers, r.Answer):
		bad("answer", "%q is none of %s", clip(r.Answer), strings.Join(scoredAnswers, ", "))
	}
}

// readsScores finds what reads told scores in the text of a definition, whatever facts its header names.
var readsScores = regexp.MustCompile(`\{(scores|scores_at|told_scores)\b`)

var scoredAnswers = []string{"nps", "csat", "ces", "rating"}

func (s *Service) checkMetricReading(r Reading, bad func(field, reason string, args ...any)) {
	f := &filter{catalog: s.Catalog}
	m, err := f.metric(account.Segment{About: account.Metric, Name: r.Metric, Variant: r.Variant})
	if err != nil {
		bad("metric", "%s", err)
		return
	}
	if slices.Contains(m.def.Facts, fact.Scores.Name) || readsScores.MatchString(m.def.Source) {
		bad("metric", "%s is made of health scores: a score that rests on itself has no value", r.Metric)
	}
	if slices.Contains(m.def.Facts, fact.Relevances.Name) {
		bad("metric", "%s says something of measures, not of accounts", r.Metric)
	}
	for dimension := range r.Only {
		if !slices.Contains(m.def.Dimensions, dimension) {
			bad("only", "%s has no dimension %q; it has %s", r.Metric, clip(dimension), strings.Join(m.def.Dimensions, ", "))
		}
	}
}
