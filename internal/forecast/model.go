package forecast

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/stat"
)

// Model foretells whether an account that pays leaves within a month, and within three: hazards learned from what was known of
// accounts at the beginnings of past months. It is kept with its card as JSON.
type Model struct {
	ID    string
	Card  Card
	risks []*stat.Risk // by Card.Looks
}

// Card is what somebody has to know before believing a risk.
type Card struct {
	Made     time.Time `json:"made"`
	From     time.Time `json:"from" doc:"The first month that was learned from"`
	Accounts int       `json:"accounts"`
	Left     int       `json:"left" doc:"Those of them that left"`
	// Voluntary are those of them that left of their own will.
	Voluntary int     `json:"voluntary"`
	Looks     []Look  `json:"looks" doc:"Within a month, and within three"`
	Usual     []Usual `json:"usual"`
	Sample    int32   `json:"sample" doc:"One account in so many was learned from; 1 is all"`
}

// Look is how far ahead risks look, what they were learned from and how good they were.
type Look struct {
	Months   int       `json:"months"`
	To       time.Time `json:"to" doc:"Up to when outcomes were learned from"`
	Rows     int       `json:"rows" doc:"Accounts times months"`
	Outcomes int       `json:"outcomes" doc:"Rows of accounts that left within the look"`
	Rate     float64   `json:"rate" doc:"Outcomes over rows: the mean risk"`
	// JudgedBy is time (learned from earlier months, judged by later ones) or accounts (five parts, each judged by what was
	// learned from the accounts of the others), where too few left to part them by time.
	JudgedBy   string          `json:"judged_by" enum:"time,accounts"`
	JudgedFrom time.Time       `json:"judged_from" doc:"The first month that was judged by"`
	Judgement  *stat.Judgement `json:"judgement"`
	Learned    stat.Card       `json:"learned"`
	// Tempering says how sure risks may be; nil where too few left to find out by time.
	Tempering *stat.Tempering `json:"tempering" doc:"By what factor log-odds were drawn to the mean, found by foretelling later months from earlier ones; null where too few left for that"`
}

// Usual is what is usual of a feature: the median of numbers, the most frequent label.
type Usual struct {
	Feature string   `json:"feature"`
	Unit    Unit     `json:"unit,omitempty"`
	Number  *float64 `json:"number,omitempty"`
	Label   string   `json:"label,omitempty"`
}

// looks are how far ahead risks look, in months.
var looks = []int{1, 3}

// leaves says whether an account left within so many months after its row's instant; known whether that can be told yet.
func (p *Panel) leaves(r *Row, months int) (left, known bool) {
	end := p.Ends[r.Point].AddDate(0, months, 0)
	if !r.Left.IsZero() && r.Left.Before(end) {
		return true, !end.After(p.Until)
	}
	return false, !end.After(p.Until)
}

// columns are rows as estimators want them.
func columns(rows []*Row) []stat.Column {
	all := make([]stat.Column, 0, int(numbers)+int(labels))
	for k, f := range features {
		c := stat.Column{Name: f.id, Numbers: make([]float64, len(rows))}
		for i, r := range rows {
			c.Numbers[i] = r.Numbers[k]
		}
		all = append(all, c)
	}
	for k, name := range labelFeatures {
		c := stat.Column{Name: name, Labels: make([]string, len(rows))}
		for i, r := range rows {
			c.Labels[i] = r.Labels[k]
		}
		all = append(all, c)
	}
	return all
}

// Train learns a model from a panel and judges it. Fewer than thirty accounts that left, or months without, are refused with a
// fault.Conflict: nothing that can be trusted follows from them.
func Train(p *Panel, of Sample) (*Model, error) {
	m := &Model{Card: Card{Made: p.Until, Sample: max(1, of.Every)}}
	for _, months := range looks {
		all := p.study(months)
		if !all.enough() {
			n := all.left()
			return nil, fault.New(fault.Conflict, "accounts known to have left: %d (looking ahead by months: %d), months of paying accounts: %d; to foretell who will leave at least %d that left, and as many months without, are needed", n, months, len(all.rows), stat.SmallSample).
				Mend("wait for more, or bring in older history: subscriptions, and what customers did before they left")
		}
		risk, tempering, err := p.learn(all)
		if err != nil {
			return nil, untrained(err)
		}
		look := Look{Months: months, To: p.Ends[all.rows[len(all.rows)-1].Point].AddDate(0, months, 0), Rows: len(all.rows), Learned: risk.Card, Tempering: tempering}
		for _, y := range all.outcomes {
			if y {
				look.Outcomes++
			}
		}
		look.Rate = float64(look.Outcomes) / float64(look.Rows)
		if err := look.judge(p, all); err != nil {
			return nil, untrained(err)
		}
		m.risks, m.Card.Looks = append(m.risks, risk), append(m.Card.Looks, look)
		if months == looks[0] {
			m.Card.tell(p, all)
		}
	}
	return m, nil
}

// tell says what a model was learned from.
func (c *Card) tell(p *Panel, all *study) {
	seen, left := map[int32]bool{}, map[int32]bool{}
	for i, r := range all.rows {
		seen[r.Account] = true
		if all.outcomes[i] && !left[r.Account] {
			left[r.Account] = true
			if r.EndKind != "involuntary" {
				c.Voluntary++
			}
		}
	}
	c.From, c.Accounts, c.Left, c.Usual = p.Ends[all.rows[0].Point], len(seen), len(left), usual(all.rows)
}

// usual finds what is usual of each feature.
func usual(rows []*Row) (all []Usual) {
	for k, f := range features {
		var told []float64
		for _, r := range rows {
			if v := r.Numbers[k]; !math.IsNaN(v) {
				told = append(told, v)
			}
		}
		u := Usual{Feature: f.id, Unit: f.unit}
		if len(told) > 0 {
			slices.Sort(told)
			u.Number = &told[len(told)/2]
		}
		all = append(all, u)
	}
	for k, name := range labelFeatures {
		counts := map[string]int{}
		u := Usual{Feature: name}
		for _, r := range rows {
			if l := r.Labels[k]; l != "" {
				if counts[l]++; counts[l] > counts[u.Label] || counts[l] == counts[u.Label] && l < u.Label {
					u.Label = l
				}
			}
		}
		all = append(all, u)
	}
	return all
}

type keptModel struct {
	Card  Card         `json:"card"`
	Risks []*stat.Risk `json:"risks"`
}

// MarshalJSON writes a model so that it can be kept.
func (m *Model) MarshalJSON() ([]byte, error) { return json.Marshal(keptModel{m.Card, m.risks}) }

// ReadModel reads what MarshalJSON wrote.
func ReadModel(id string, raw []byte) (*Model, error) {
	var k keptModel
	err := json.Unmarshal(raw, &k)
	if err == nil && (len(k.Risks) != len(looks) || len(k.Card.Looks) != len(looks) || slices.Contains(k.Risks, nil)) {
		err = errors.New("it looks otherwise ahead than this release")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the forecast model %s: %w", id, err)
	}
	return &Model{ID: id, Card: k.Card, risks: k.Risks}, nil
}
