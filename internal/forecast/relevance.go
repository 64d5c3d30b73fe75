package forecast

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/keepwell/keepwell/internal/stat"
)

// Outcome is what a number may foretell.
type Outcome string

// The outcomes: leaving within three months; staying past a renewal that falls due within them; paying at least a twentieth more
// after them than before, of those who stay; and what an account paid over the twelve months that followed.
const (
	Churn     Outcome = "churn"
	Renewal   Outcome = "renewal"
	Expansion Outcome = "expansion"
	Value     Outcome = "value"
)

// Outcomes are all of them.
var Outcomes = []Outcome{Churn, Renewal, Expansion, Value}

// Relevance is how well one number foretold one outcome in the workspace's own history.
type Relevance struct {
	Feature string  `json:"feature"`
	Metric  string  `json:"metric,omitempty" doc:"The metric of the catalogue that tells the same of many accounts"`
	Outcome Outcome `json:"outcome" enum:"churn,renewal,expansion,value"`
	Measure string  `json:"measure" enum:"auc,rho"`
	// Strength is from -1 to 1: 2 AUC - 1, or the rank correlation. Above zero more of the number foretold the outcome.
	Strength *float64     `json:"strength"`
	Interval *stat.Limits `json:"interval"`
	AUC      *float64     `json:"auc,omitempty"`
	N        int          `json:"n"`
	Events   int          `json:"outcomes,omitempty"`
	// Chance is the share of false findings to expect among all that look at least as good, since many were asked.
	Chance  *float64 `json:"false_findings"`
	Verdict Verdict  `json:"verdict" enum:"foretells,nothing,unclear,too_little"`
	Why     string   `json:"why,omitempty" doc:"Why nothing is said"`
}

// Verdict is whether a number earns its place.
type Verdict string

// The verdicts: it foretells the outcome; whatever it foretells is next to nothing; it can't be told; too little happened.
const (
	Foretells Verdict = "foretells"
	Nothing   Verdict = "nothing"
	Unclear   Verdict = "unclear"
	TooLittle Verdict = "too_little"
)

// nextToNothing is the strength that nobody would miss; falseFindings what share of those called relevant may be chance.
const (
	nextToNothing = 0.15
	falseFindings = 0.05
	everyMonths   = 3 // looks overlap otherwise
	valueMonths   = 12
	grows         = 0.05
)

// ofMetric are the metrics that tell of many accounts what a feature tells of one.
var ofMetric = map[int]string{mrr: "mrr", active: "mau", used: "dau", things: "feature_usage", tickets90: "ticket_volume", open: "backlog", reopened: "reopen_rate",
	nps: "nps", satisfaction: "csat", answers: "survey_response_rate", overdue: "overdue_rate", touches: "touch_coverage", lastUse: "silent_churn_rate"}

// Relevances say of every number that is known of accounts how well it foretold each outcome. Nothing that was told after a look
// is in what it foretold by. Outcomes of which too little happened are there with the reason.
func Relevances(p *Panel) []Relevance {
	looks := map[Outcome]*trial{}
	for _, o := range Outcomes {
		looks[o] = p.trial(o)
	}
	var all []Relevance
	var chances []float64
	var at []int
	for k, f := range features {
		for _, o := range Outcomes {
			r := Relevance{Feature: f.id, Metric: ofMetric[k], Outcome: o}
			p, err := looks[o].judge(k, &r)
			var refused *stat.Refusal
			if errors.As(err, &refused) {
				r.Verdict, r.Why = TooLittle, refused.What
			}
			if p != nil {
				chances, at = append(chances, *p), append(at, len(all))
			}
			all = append(all, r)
		}
	}
	for i, q := range stat.FalseFindings(chances) {
		r := &all[at[i]]
		r.Chance = &q
		switch {
		case q <= falseFindings:
			r.Verdict = Foretells
		case r.Interval != nil && r.Interval.Low > -nextToNothing && r.Interval.High < nextToNothing:
			r.Verdict = Nothing
		default:
			r.Verdict = Unclear
		}
	}
	slices.SortStableFunc(all, func(a, b Relevance) int { return cmp.Compare(b.weight(), a.weight()) })
	return all
}

// weight orders what foretells before what does not, the stronger first.
func (r *Relevance) weight() float64 {
	switch {
	case r.Strength == nil:
		return -2
	case r.Verdict == Foretells:
		return 1 + math.Abs(*r.Strength)
	}
	return math.Abs(*r.Strength)
}

// trial are the looks at which an outcome could come, and what came.
type trial struct {
	rows   []*Row
	came   []bool
	values []float64 // of Value
}

func (p *Panel) trial(o Outcome) *trial {
	t := &trial{}
	by := make(map[place]*Row, len(p.Rows))
	for i := range p.Rows {
		by[place{p.Rows[i].Point, p.Rows[i].Account}] = &p.Rows[i]
	}
	latest := map[int32]int{} // of Value: one look an account, the latest
	for i := range p.Rows {
		r := &p.Rows[i]
		left, known := p.leaves(r, looks[1])
		switch {
		case o == Value:
			if value, ok := p.paid(by, r); ok {
				if at, seen := latest[r.Account]; seen {
					t.rows[at], t.values[at] = r, value
				} else {
					latest[r.Account] = len(t.rows)
					t.rows, t.values = append(t.rows, r), append(t.values, value)
				}
			}
		case !known || (len(p.Ends)-2-r.Point)%everyMonths != 0:
		case o == Churn:
			t.rows, t.came = append(t.rows, r), append(t.came, left)
		case o == Renewal:
			if days := r.Numbers[renewal]; r.Labels[billing] != "1" && days < p.Ends[r.Point].AddDate(0, looks[1], 0).Sub(p.Ends[r.Point]).Hours()/24 {
				t.rows, t.came = append(t.rows, r), append(t.came, !left)
			}
		case o == Expansion && !left:
			if later := by[place{r.Point + looks[1], r.Account}]; later != nil && r.MRR() > 0 && !math.IsNaN(later.MRR()) {
				t.rows, t.came = append(t.rows, r), append(t.came, later.MRR() >= (1+grows)*r.MRR())
			}
		}
	}
	return t
}

// paid is what an account paid over the months after a look; nothing once it had left.
func (p *Panel) paid(by map[place]*Row, r *Row) (sum float64, ok bool) {
	if r.Point+valueMonths >= len(p.Ends)-1 {
		return 0, false
	}
	for k := range valueMonths {
		if later := by[place{r.Point + k, r.Account}]; later != nil {
			if math.IsNaN(later.MRR()) {
				return 0, false
			}
			sum += later.MRR()
		}
	}
	return sum, true
}

// judge fills in how well feature k foretold the outcome and gives the p of nothing at all.
func (t *trial) judge(k int, r *Relevance) (p *float64, err error) {
	var x, y []float64
	var came []bool
	var groups []string
	for i, row := range t.rows {
		if v := row.Numbers[k]; !math.IsNaN(v) {
			x, groups = append(x, v), append(groups, strconv.Itoa(int(row.Account)))
			if t.values != nil {
				y = append(y, t.values[i])
			} else {
				came = append(came, t.came[i])
			}
		}
	}
	r.N = len(x)
	if r.Outcome == Value {
		r.Measure = "rho"
		c, err := stat.Spearman(x, y)
		if err != nil {
			return nil, err
		}
		r.Strength, r.Interval = &c.Rho, c.Interval
		return c.P, nil
	}
	r.Measure = "auc"
	for _, yes := range came {
		if yes {
			r.Events++
		}
	}
	ranked, err := stat.Rank(x, came, groups)
	if err != nil {
		return nil, err
	}
	strength := 2*ranked.AUC - 1
	r.AUC, r.Strength = &ranked.AUC, &strength
	if ranked.AUCInterval != nil {
		r.Interval = &stat.Limits{Low: 2*ranked.AUCInterval.Low - 1, High: 2*ranked.AUCInterval.High - 1}
	}
	return ranked.P, nil
}
