// Package health says how well accounts are: scorecards as definitions, the scores they give, which are always 0 to 100
// with 100 healthy, and why a score is what it is and what changed it. Scoring is pure arithmetic on columns.
//
// Reading measures from facts is left to metric, keeping definitions and judgements to the store, showing them to the edges.
package health

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// Scorecard is one way to score accounts. Accounts have one score for each aspect of health, from the scorecard of that
// aspect with the highest priority whose segment and stages they are in.
type Scorecard struct {
	ID    string    `json:"id" yaml:"id"`
	Label i18n.Text `json:"label" yaml:"label"`
	About i18n.Text `json:"about,omitzero" yaml:"about,omitempty" required:"false"`
	// Aspect names what the score is of; empty is "health". Weight is how much it counts in the global health of an account,
	// nil is 1, 0 stands beside it.
	Aspect string   `json:"aspect,omitempty" yaml:"aspect,omitempty" doc:"What it scores; an account has one score for each aspect. Empty: health"`
	Weight *float64 `json:"weight,omitempty" yaml:"weight,omitempty" doc:"How much it counts in the account's global health; missing: 1, 0: not at all"`
	// Priority decides between scorecards that an account matches: the highest, then the first by id.
	Priority int      `json:"priority,omitempty" yaml:"priority,omitempty"`
	Segment  string   `json:"segment,omitempty" yaml:"segment,omitempty" doc:"Who gets it: a segment; empty: everybody"`
	Stages   []string `json:"stages,omitempty" yaml:"stages,omitempty" doc:"Who gets it: accounts in these lifecycle stages; empty: in any"`

	Groups []ScoreGroup `json:"groups" yaml:"groups" nullable:"false"`
	Caps   []Cap        `json:"caps,omitempty" yaml:"caps,omitempty"`
	Bands  Bands        `json:"bands,omitzero" yaml:"bands,omitempty" required:"false"`
	// Floor is the lowest score of a measure: 1 for a scale of 1 to 100.
	Floor float64 `json:"floor,omitempty" yaml:"floor,omitempty"`
	// LeastCoverage is the share of the weight, in percent, of which something must be known for there to be a score.
	LeastCoverage float64 `json:"least_coverage,omitempty" yaml:"least_coverage,omitempty"`
	// Tree says how accounts below one count to its score.
	Tree TreeRule `json:"tree,omitempty" yaml:"tree,omitempty" enum:"own,average,worst,value" doc:"How the accounts below count: not at all, as the mean of all, the worst of all, or the mean by recurring value"`

	Version int64     `json:"version,omitempty" yaml:"-"`
	Changed time.Time `json:"changed,omitzero" yaml:"-" required:"false"`
	By      string    `json:"by,omitempty" yaml:"-"`
	// Until is when this version ended; zero: it is in force.
	Until time.Time `json:"until,omitzero" yaml:"-" required:"false"`
}

// TreeRule says how accounts below count.
type TreeRule string

// The rules.
const (
	Own     TreeRule = "own"
	Average TreeRule = "average"
	Worst   TreeRule = "worst"
	ByValue TreeRule = "value"
)

// Global is the aspect of the mean of an account's scores.
const Global = "global"

// ScoreGroup is measures that count together; weights of groups add up to 100, and so do those of its measures.
type ScoreGroup struct {
	ID       string    `json:"id" yaml:"id"`
	Label    i18n.Text `json:"label" yaml:"label"`
	Weight   float64   `json:"weight" yaml:"weight"`
	Measures []Measure `json:"measures" yaml:"measures" nullable:"false"`
}

// Measure is one thing that is looked at: what is read, and what score it gives. Without a weight it only serves caps.
type Measure struct {
	ID     string    `json:"id" yaml:"id"`
	Label  i18n.Text `json:"label" yaml:"label"`
	Weight float64   `json:"weight" yaml:"weight"`
	// Read is what is read; Judged says that a person judges instead.
	Read   metric.Reading `json:"read,omitzero" yaml:"read,omitempty" required:"false"`
	Judged bool           `json:"judged,omitempty" yaml:"judged,omitempty" doc:"A person judges, with a reason and until a day"`
	Scale  Scale          `json:"scale" yaml:"scale"`
	// Limits are scales for some accounts or seasons; the first that fits stands in for Scale.
	Limits []Limit `json:"limits,omitempty" yaml:"limits,omitempty"`
	// Plans are those that have what is measured; for others it is left out. Empty: all.
	Plans []string `json:"plans,omitempty" yaml:"plans,omitempty" doc:"Plans that include what is measured; accounts of others are scored without it. Empty: all plans"`
	// Missing says what becomes of no data; Days how long a last value is kept.
	Missing Missing `json:"missing,omitempty" yaml:"missing,omitempty" enum:"leave_out,poor,keep" doc:"What no data does: leave the measure out and weigh the others anew, count it as poor, keep the last value for some days. Empty: leave_out"`
	Days    int     `json:"days,omitempty" yaml:"days,omitempty" doc:"How long a last value is kept"`
}

// Choices are the texts that its scale scores, the best first.
func (m *Measure) Choices() []string {
	return slices.SortedFunc(maps.Keys(m.Scale.Choices), func(a, b string) int {
		return cmp.Or(cmp.Compare(m.Scale.Choices[b], m.Scale.Choices[a]), cmp.Compare(a, b))
	})
}

// Missing is a choice of what no data does.
type Missing string

// The choices.
const (
	LeaveOut Missing = "leave_out"
	Poor     Missing = "poor"
	Keep     Missing = "keep"
)

// Scale turns a value into a score. Points are [value, score] by rising value: linear between them, or, with Steps, each
// holding from its value on. Outside, the nearest end holds. Choices score texts.
type Scale struct {
	Points    [][2]float64       `json:"points,omitempty" yaml:"points,omitempty,flow" doc:"[value, score] by rising value" example:"[[0,0],[10,100]]"`
	Steps     bool               `json:"steps,omitempty" yaml:"steps,omitempty" doc:"Each point holds from its value on, rather than lines between them"`
	Choices   map[string]float64 `json:"choices,omitempty" yaml:"choices,omitempty" doc:"Scores of texts"`
	Otherwise *float64           `json:"otherwise,omitempty" yaml:"otherwise,omitempty" doc:"The score of other texts; missing: they are not known"`
}

// Limit is a scale that holds when all that is stated of When is so.
type Limit struct {
	When  When  `json:"when" yaml:"when"`
	Scale Scale `json:"scale" yaml:"scale"`
}

// When is a condition on an account and the time of year.
type When struct {
	Segment string `json:"segment,omitempty" yaml:"segment,omitempty"`
	// YoungerThan and OlderThan are days since the account's created_at.
	YoungerThan int   `json:"younger_than,omitempty" yaml:"younger_than,omitempty" doc:"Days since created_at"`
	OlderThan   int   `json:"older_than,omitempty" yaml:"older_than,omitempty" doc:"Days since created_at, this many or more"`
	Months      []int `json:"months,omitempty" yaml:"months,omitempty,flow" doc:"Months of the year, 1 to 12"`
}

// Cap is a limit that a score can't pass while something is so: a measure above or below a value, or a segment.
type Cap struct {
	Label   i18n.Text `json:"label,omitzero" yaml:"label,omitempty" required:"false"`
	Measure string    `json:"measure,omitempty" yaml:"measure,omitempty"`
	Above   *float64  `json:"above,omitempty" yaml:"above,omitempty"`
	Below   *float64  `json:"below,omitempty" yaml:"below,omitempty"`
	Segment string    `json:"segment,omitempty" yaml:"segment,omitempty"`
	At      float64   `json:"at" yaml:"at" doc:"The highest score"`
}

// Bands are the scores from which on health is good or average, and for how many days a score must be in another band
// before that is shown.
type Bands struct {
	Good    float64 `json:"good" yaml:"good"`
	Average float64 `json:"average" yaml:"average"`
	Dwell   int     `json:"dwell,omitempty" yaml:"dwell,omitempty" doc:"Days"`
}

// UsualBands hold where a scorecard states none, and for global health.
var UsualBands = Bands{Good: 70, Average: 40}

// bands are those that hold.
func (s *Scorecard) bands() Bands {
	if s.Bands == (Bands{}) {
		return UsualBands
	}
	return s.Bands
}

// Levels are the scores from which on health is good or average.
func (s *Scorecard) Levels() Bands { return s.bands() }

func (s *Scorecard) aspect() string {
	if s.Aspect == "" {
		return "health"
	}
	return s.Aspect
}

// share is how much it counts in global health.
func (s *Scorecard) share() float64 {
	if s.Weight == nil {
		return 1
	}
	return *s.Weight
}

// Each gives its measures with their groups, in their order.
func (s *Scorecard) Each(use func(g *ScoreGroup, m *Measure)) {
	for g := range s.Groups {
		for m := range s.Groups[g].Measures {
			use(&s.Groups[g], &s.Groups[g].Measures[m])
		}
	}
}

// reading is what is asked of the facts.
func (m *Measure) reading() metric.Reading {
	r := m.Read
	if m.Missing == Keep {
		r.Back = m.Days
	}
	return r
}
