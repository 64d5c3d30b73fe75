package journey

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Limits of a journey.
const (
	MaxStages      = 20
	MaxSteps       = 20 // in a stage
	MaxTouchpoints = 20 // at a step
	MaxMeasures    = 8  // at a touchpoint
	MaxTeams       = 20
	MaxName        = 120 // characters
	maxDays        = 3650
)

// Knows says what of a journey the workspace can't use: a metric that is not there, a segment that names one. What is nil
// is not asked.
type Knows struct {
	Measure func(Measure) error
	Segment func(text string) error
}

// A checker collects what can't be kept.
type checker struct {
	bad   *fault.Error
	known Knows
}

func (c *checker) words(where string, w *Words) {
	named := false
	for _, lang := range i18n.Langs {
		text := w.of(lang)
		*text = strings.TrimSpace(*text)
		named = named || *text != ""
		if utf8.RuneCountInString(*text) > MaxName || !plain(*text) {
			c.bad.Field(where, "must be plain text of at most %d characters", MaxName)
			return
		}
	}
	if !named {
		c.bad.Field(where, "is missing")
	}
}

func plain(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, unicode.IsControl) < 0
}

func (c *checker) segment(where string, text *string) {
	*text = strings.TrimSpace(*text)
	_, err := account.ParseSegment(*text)
	if err == nil && *text != "" && c.known.Segment != nil {
		err = c.known.Segment(*text)
	}
	if err != nil {
		c.bad.Field(where, "%s", err)
	}
}

func (c *checker) most(where string, n, most int) bool {
	if n > most {
		c.bad.Field(where, "are %d; at most %d are kept", n, most)
	}
	return n <= most
}

// Check names everything that can't be kept. Missing lists become empty ones.
func (j *Journey) Check(known Knows) error {
	c := &checker{fault.New(fault.Invalid, "the journey can't be kept as it is"), known}
	c.words("name", &j.Name)
	c.segment("for", &j.For)
	if j.Teams == nil {
		j.Teams = []Team{}
	}
	if j.Stages == nil {
		j.Stages = []Stage{}
	}
	keys := map[string]bool{}
	for i := range j.Teams[:min(len(j.Teams), MaxTeams)] {
		where := fmt.Sprintf("teams.%d", i)
		t := &j.Teams[i]
		c.words(where+".name", &t.Name)
		if c.key(where+".key", &t.Key); keys[t.Key] {
			c.bad.Field(where+".key", "%q is the key of another team", t.Key)
		}
		keys[t.Key] = true
		if t.Color == "" {
			t.Color = Colors[i%len(Colors)]
		}
		if !slices.Contains(Colors, t.Color) {
			c.bad.Field(where+".color", "is none of %s", strings.Join(Colors, ", "))
		}
	}
	c.most("teams", len(j.Teams), MaxTeams)
	values := map[string]bool{}
	if c.most("stages", len(j.Stages), MaxStages) {
		for i := range j.Stages {
			c.stage(fmt.Sprintf("stages.%d", i), &j.Stages[i], values, keys)
		}
	}
	if len(c.bad.Fields) > 0 {
		return c.bad
	}
	return nil
}

func (c *checker) key(where string, key *string) {
	if *key = strings.TrimSpace(*key); *key == "" || len(*key) > fact.MaxKeyBytes || !plain(*key) {
		c.bad.Field(where, "must be plain text of 1 to %d bytes", fact.MaxKeyBytes)
	}
}

func (c *checker) stage(where string, s *Stage, values, teams map[string]bool) {
	c.words(where+".name", &s.Name)
	c.key(where+".key", &s.Key)
	for i := range s.Also {
		c.key(fmt.Sprintf("%s.also.%d", where, i), &s.Also[i])
	}
	c.most(where+".also", len(s.Also), MaxStages)
	for _, value := range append([]string{s.Key}, s.Also...) {
		if values[fold(value)] {
			c.bad.Field(where+".key", "%q means another stage, or this one, already", value)
		}
		values[fold(value)] = true
	}
	c.segment(where+".entry", &s.Entry)
	c.segment(where+".exit", &s.Exit)
	if d := s.Days; d.Usual < 0 || d.Late < 0 || d.Usual > maxDays || d.Late > maxDays || d.Late > 0 && d.Late < d.Usual {
		c.bad.Field(where+".days", "must be up to %d, the late ones no fewer than the usual ones", maxDays)
	} else if d.Hold && d.Late == 0 {
		c.bad.Field(where+".days", "that are held to must say when an account is late")
	}
	if s.Steps == nil {
		s.Steps = []Step{}
	}
	if !c.most(where+".steps", len(s.Steps), MaxSteps) {
		return
	}
	for i := range s.Steps {
		step, where := &s.Steps[i], fmt.Sprintf("%s.steps.%d", where, i)
		c.words(where+".name", &step.Name)
		if step.Touchpoints == nil {
			step.Touchpoints = []Touchpoint{}
		}
		if c.most(where+".touchpoints", len(step.Touchpoints), MaxTouchpoints) {
			for n := range step.Touchpoints {
				c.touchpoint(fmt.Sprintf("%s.touchpoints.%d", where, n), &step.Touchpoints[n], teams)
			}
		}
	}
}

func (c *checker) touchpoint(where string, t *Touchpoint, teams map[string]bool) {
	c.words(where+".name", &t.Name)
	c.segment(where+".done", &t.Done)
	for _, key := range t.Teams {
		if !teams[key] {
			c.bad.Field(where+".teams", "%q is no team of the journey", key)
		}
	}
	c.most(where+".teams", len(t.Teams), MaxTeams)
	c.most(where+".measures", len(t.Measures), MaxMeasures)
	for i, m := range t.Measures {
		where := fmt.Sprintf("%s.measures.%d", where, i)
		if m.Whose != OfJourney && m.Whose != OfStage && m.Whose != OfEveryone {
			c.bad.Field(where+".whose", "is neither stage nor everyone")
		}
		if (m.By == "") != (m.Group == "") || !plain(m.Group) || len(m.Group) > fact.MaxKeyBytes {
			c.bad.Field(where+".group", "is a group of what by names; both or none")
		}
		if c.known.Measure == nil {
			continue
		}
		if err := c.known.Measure(m); err != nil {
			c.bad.Field(where+".metric", "%s", err)
		}
	}
}
