// Package journey is the way that customers take, as pure rules: stages with their steps and touchpoints, who of the team
// stands at each, which numbers are watched there, where accounts are on it and who is late.
//
// A definition is kept by the store; when an account was in which stage is read by the lake, who meets a condition and
// what a metric says is left to metric.
package journey

import (
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Journey is a version of a journey.
type Journey struct {
	ID   string `json:"id,omitempty" yaml:"-"`
	Name Words  `json:"name" yaml:"name"`
	// For is the segment of the accounts that take it; empty: all.
	For    string  `json:"for,omitempty" yaml:"for" doc:"The segment of the accounts that take it; without it all do" example:"touch_model = high_touch"`
	Teams  []Team  `json:"teams" yaml:"teams" nullable:"false" doc:"Who of the company stands at touchpoints"`
	Stages []Stage `json:"stages" yaml:"stages" nullable:"false" doc:"In the order in which accounts go through them"`
	// Version grows from 1 with each change; By made this one, At when, and Why is what was said about it.
	Version int        `json:"version,omitempty" yaml:"-" doc:"Grows with each change; a change that names an older one is refused"`
	By      string     `json:"by,omitempty" yaml:"-" doc:"Who made this version"`
	Why     string     `json:"why,omitempty" yaml:"-" doc:"What was said about the change"`
	At      *time.Time `json:"at,omitempty" yaml:"-" doc:"When this version was made"`
	Removed *time.Time `json:"removed,omitempty" yaml:"-" doc:"When it was removed; it can be restored"`
}

// Words are a text in the languages it was written in.
type Words struct {
	EN string `json:"en,omitempty" yaml:"en"`
	ES string `json:"es,omitempty" yaml:"es"`
	RO string `json:"ro,omitempty" yaml:"ro"`
	RU string `json:"ru,omitempty" yaml:"ru"`
}

// In is the text in a language, or in the first one it was written in.
func (w Words) In(lang i18n.Lang) string {
	if own := *w.of(lang); own != "" {
		return own
	}
	for _, other := range i18n.Langs {
		if text := *w.of(other); text != "" {
			return text
		}
	}
	return ""
}

func (w *Words) of(lang i18n.Lang) *string {
	switch lang {
	case i18n.ES:
		return &w.ES
	case i18n.RO:
		return &w.RO
	case i18n.RU:
		return &w.RU
	}
	return &w.EN
}

// Said are words that are the same in every language, as somebody wrote them; those that were there stay when that is
// what a reader of lang saw.
func (w Words) Said(text string, lang i18n.Lang) Words {
	if text = strings.Join(strings.Fields(text), " "); text == w.In(lang) {
		return w
	}
	return Words{EN: text, ES: text, RO: text, RU: text}
}

// Plain are words in all languages alike.
func Plain(text string) Words { return Words{}.Said(text, i18n.EN) }

// Team is a part of the company.
type Team struct {
	Key   string `json:"key" yaml:"key"`
	Name  Words  `json:"name" yaml:"name"`
	Color string `json:"color,omitempty" yaml:"color" enum:"blue,green,amber,red,violet,teal"`
}

// Colors are what teams may be told apart by, beside their names.
var Colors = []string{"blue", "green", "amber", "red", "violet", "teal"}

// Stage is a part of the journey that accounts are in for some time.
type Stage struct {
	// Key is the value of the trait stage that says an account is in it; Also are further ones that mean the same. They are
	// compared without regard to capitals.
	Key  string   `json:"key" yaml:"key" doc:"The value of the trait stage that accounts in it have" example:"onboarding"`
	Also []string `json:"also,omitempty" yaml:"also" doc:"Further values that mean the same"`
	Name Words    `json:"name" yaml:"name"`
	// Ends says that the journey is over here: nobody is late in it.
	Ends bool `json:"ends,omitempty" yaml:"ends" doc:"The journey is over here: nobody is late in it"`
	// Stays says that accounts may stay here as long as they like.
	Stays bool `json:"stays,omitempty" yaml:"stays" doc:"Accounts may stay here as long as they like: nobody is late in it"`
	// Entry and Exit are the segments of accounts that should be in it, and that should move on.
	Entry string `json:"entry,omitempty" yaml:"entry" doc:"The segment of accounts that may enter it" example:"metric mrr > 0"`
	Exit  string `json:"exit,omitempty" yaml:"exit" doc:"The segment of accounts that should move on" example:"did any event >= 10 days in 30 days"`
	Days  Days   `json:"days,omitzero" yaml:"days" required:"false" doc:"How long it takes, until own history says; with hold, whatever history says"`
	Steps []Step `json:"steps" yaml:"steps" nullable:"false"`
}

// Days say how long a stage takes: Usual half of the accounts, Late nine of ten. Own history stands in for them as soon as
// there is enough of it, unless Hold says that they count all the same.
type Days struct {
	Usual int  `json:"usual,omitempty" yaml:"usual" minimum:"0"`
	Late  int  `json:"late,omitempty" yaml:"late" minimum:"0"`
	Hold  bool `json:"hold,omitempty" yaml:"hold"`
}

// Step is something that customers do in a stage.
type Step struct {
	Name        Words        `json:"name" yaml:"name"`
	Touchpoints []Touchpoint `json:"touchpoints" yaml:"touchpoints" nullable:"false"`
}

// Touchpoint is where customers and company meet.
type Touchpoint struct {
	Name  Words    `json:"name" yaml:"name"`
	Teams []string `json:"teams,omitempty" yaml:"teams" doc:"Keys of teams"`
	// Done is the segment of the accounts that had it.
	Done     string    `json:"done,omitempty" yaml:"done" doc:"The segment of the accounts that had it" example:"answered \"Onboarding\""`
	Measures []Measure `json:"measures,omitempty" yaml:"measures" doc:"The numbers that are watched there"`
}

// Whose accounts a measure is of.
const (
	OfJourney  = "" // those that take the journey
	OfStage    = "stage"
	OfEveryone = "everyone" // also what belongs to no account, such as visits to the site
)

// Measure is a metric as it is watched at a touchpoint.
type Measure struct {
	Metric  string `json:"metric" yaml:"metric" example:"ces"`
	Variant string `json:"variant,omitempty" yaml:"variant"`
	// Period is one of board.Periods; empty: 30d.
	Period string `json:"period,omitempty" yaml:"period" doc:"7d, 30d, 90d, 12m, month, quarter or year; without it 30d"`
	Whose  string `json:"whose,omitempty" yaml:"whose" enum:"stage,everyone" doc:"Of the accounts in the stage, or of all that is known; without it of those that take the journey"`
	// By and Group take one group of a breakdown: by touchpoint, the group onboarding; by feature, one feature.
	By    string `json:"by,omitempty" yaml:"by" doc:"A dimension of the metric of which one group is meant" example:"touchpoint"`
	Group string `json:"group,omitempty" yaml:"group" doc:"That group" example:"onboarding"`
}

// fold makes values of the trait comparable.
func fold(value string) string { return strings.ToLower(strings.Join(strings.Fields(value), " ")) }

// StageOf is the place of the stage that a value of the trait means; -1 for none.
func (j *Journey) StageOf(value string) int {
	value = fold(value)
	for i, s := range j.Stages {
		if fold(s.Key) == value {
			return i
		}
		for _, also := range s.Also {
			if fold(also) == value {
				return i
			}
		}
	}
	return -1
}

// Team is the one with a key; nil when there is none.
func (j *Journey) Team(key string) *Team {
	for i := range j.Teams {
		if j.Teams[i].Key == key {
			return &j.Teams[i]
		}
	}
	return nil
}

// Conditions are the segments by which accounts are judged, each once: entries and exits, and with done what touchpoints
// ask too.
func (j *Journey) Conditions(done bool) []string {
	var all []string
	seen := map[string]bool{"": true}
	add := func(text string) {
		if !seen[text] {
			seen[text] = true
			all = append(all, text)
		}
	}
	for _, s := range j.Stages {
		add(s.Entry)
		add(s.Exit)
		for _, step := range s.Steps {
			for _, t := range step.Touchpoints {
				if done {
					add(t.Done)
				}
			}
		}
	}
	return all
}
