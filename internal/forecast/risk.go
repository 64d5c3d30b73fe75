package forecast

import (
	"math"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Risk is what is foretold of one account at an instant.
type Risk struct {
	Account int32     `json:"-"`
	ID      string    `json:"account_id"`
	At      time.Time `json:"at"`
	MRR     *float64  `json:"mrr" doc:"A month, in the major unit; null where it is not known in one currency"`
	Month   float64   `json:"month" doc:"Probability to leave within a month"`
	Quarter float64   `json:"quarter" doc:"Probability to leave within three months"`
	// Reasons are what sets its risk within three months apart from that of the average account, the strongest first.
	Reasons []Reason `json:"reasons"`
}

// Reason is what one feature does to a risk: the odds are Factor times those of an account that is average in it.
type Reason struct {
	Feature string   `json:"feature"`
	Text    string   `json:"text,omitempty" doc:"In words" example:"Days to the renewal: 6"`
	Unit    Unit     `json:"unit,omitempty"`
	Number  *float64 `json:"number,omitempty" doc:"Missing where nothing is known"`
	Label   string   `json:"label,omitempty"`
	Usual   Usual    `json:"usual"`
	Factor  float64  `json:"factor" doc:"Above 1 it raises the odds of leaving"`
}

// mostReasons are told of an account; those that change the odds by less than a twentieth are not.
const (
	mostReasons = 6
	leastReason = 0.05
)

// Risks are the risks of the accounts of a panel at one of its instants, in the panel's order. A model that gives a number that
// is no probability is refused.
func (m *Model) Risks(p *Panel, point int) ([]Risk, error) {
	var rows []*Row
	for i := range p.Rows {
		if p.Rows[i].Point == point {
			rows = append(rows, &p.Rows[i])
		}
	}
	return m.of(p, rows)
}

func (m *Model) of(p *Panel, rows []*Row) ([]Risk, error) {
	if len(rows) == 0 {
		return []Risk{}, nil
	}
	table := columns(rows)
	foretold := make([][]float64, len(m.risks))
	for k, risk := range m.risks {
		var err error
		if foretold[k], err = risk.Foretell(table, len(rows)); err != nil {
			return nil, err
		}
	}
	why, err := m.risks[len(m.risks)-1].Explain(table, len(rows))
	if err != nil {
		return nil, err
	}
	usual := map[string]Usual{}
	for _, u := range m.Card.Usual {
		usual[u.Feature] = u
	}
	all := make([]Risk, len(rows))
	for i, r := range rows {
		month, quarter := foretold[0][i], foretold[1][i]
		if !(month >= 0 && month <= 1 && quarter >= 0 && quarter <= 1) {
			return nil, fault.New(fault.Internal, "the model gives %v and %v, which are no probabilities", month, quarter).Mend("have it learned anew")
		}
		// Learned apart, the longer look may say less where there is next to nothing to say.
		all[i] = Risk{Account: r.Account, At: p.Ends[r.Point], Month: month, Quarter: max(month, quarter), Reasons: []Reason{}}
		if v := r.MRR(); !math.IsNaN(v) {
			all[i].MRR = &v
		}
		for _, c := range why[i] {
			if math.Abs(c.Adds) < leastReason || len(all[i].Reasons) == mostReasons {
				break
			}
			reason := Reason{Feature: c.Column, Usual: usual[c.Column], Factor: math.Exp(c.Adds)}
			reason.Unit, reason.Number, reason.Label = r.tell(c.Column)
			all[i].Reasons = append(all[i].Reasons, reason)
		}
	}
	return all, nil
}

// tell is what is known of a feature.
func (r *Row) tell(name string) (unit Unit, number *float64, label string) {
	for k, f := range features {
		if f.id == name {
			if v := r.Numbers[k]; !math.IsNaN(v) {
				number = &v
			}
			return f.unit, number, ""
		}
	}
	for k, id := range labelFeatures {
		if id == name {
			return "", nil, r.Labels[k]
		}
	}
	return "", nil, ""
}

// Label is what is known of a feature that is a label; "" where nothing is, or for a name that is none.
func (r *Row) Label(name string) string {
	_, _, label := r.tell(name)
	return label
}

// Number is what is known of a feature that is a number; NaN where nothing is, or for a name that is none.
func (r *Row) Number(name string) float64 {
	if _, number, _ := r.tell(name); number != nil {
		return *number
	}
	return math.NaN()
}
