package forecast

import (
	"math"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/stat"
)

// How far ahead value is looked for, and money month by month.
const (
	ValueMonths = 36
	SoonMonths  = 12
)

// Worth is what one account is still to pay within ValueMonths. Its interval holds what chance makes of one account, which
// stays or leaves: it is wide.
type Worth struct {
	Account  int32        `json:"-"`
	ID       string       `json:"account_id"`
	Plan     string       `json:"plan"`
	MRR      float64      `json:"mrr"`
	Months   float64      `json:"months" doc:"Expected months that it still pays, of 36 at most"`
	Value    float64      `json:"value"`
	Interval *stat.Limits `json:"interval"`
	Renewal  *float64     `json:"renewal_days" doc:"Days to the next renewal"`
	Renews   *float64     `json:"renews" doc:"Probability that it still pays after it"`
	survival []float64
}

// Outlook is what all accounts that pay are still to pay.
type Outlook struct {
	At        time.Time  `json:"at"`
	Currency  string     `json:"currency"`
	Customers int        `json:"customers"`
	MRR       float64    `json:"mrr"`
	Value     Expected   `json:"value" doc:"Within 36 months, without expansion"`
	Months    []Ahead    `json:"months" doc:"The next twelve"`
	Renewals  Renewals   `json:"renewals" doc:"Within twelve months, of those who pay for three months or longer at a time"`
	Growth    *Growth    `json:"growth" doc:"By which the paying of those who stay changed a month; null where too little is known"`
	Plans     []PlanRate `json:"plans"`
	Memory    float64    `json:"memory" doc:"How much of what sets an account's risk apart is still there a month later, from 0 to 1"`
	Accounts  []Worth    `json:"accounts" doc:"The most valuable first"`
	uncertain float64    // relative standard error of hazards that so many who left allow
}

// Expected is a sum with an interval of chance and of how well hazards are known.
type Expected struct {
	Value    float64     `json:"value"`
	Interval stat.Limits `json:"interval"`
}

// Ahead is what is expected to be paid in a month to come.
type Ahead struct {
	Month     int      `json:"month"`
	Customers float64  `json:"customers"`
	MRR       Expected `json:"mrr" doc:"Of what is paid today"`
	Grown     *float64 `json:"grown" doc:"With the growth of those who stay"`
}

// Renewals are those that fall due.
type Renewals struct {
	N        int      `json:"n"`
	Due      float64  `json:"due" doc:"What they pay a month"`
	Expected Expected `json:"expected" doc:"Of it after the renewal"`
}

// Growth is a monthly rate, 0.01 for one per cent.
type Growth struct {
	Rate     float64      `json:"rate"`
	Interval *stat.Limits `json:"interval"`
}

// PlanRate is how readily the accounts of a plan left a month, drawn to the rate of all where they are few.
type PlanRate struct {
	Plan     string       `json:"plan"`
	Months   int          `json:"months"`
	Left     int          `json:"left"`
	Rate     float64      `json:"rate"`
	Interval *stat.Limits `json:"interval" doc:"Of the plan's own rate"`
}

// prior is how many accounts that left the rate of all counts for beside a plan's own.
const prior = 10

// Lessons are what a model's history says beside its risks: how readily plans leave, how long risks last, how paying grows, and
// what foretold anything.
type Lessons struct {
	Made       time.Time   `json:"made"`
	Model      string      `json:"model"` // its id
	Paid       int64       `json:"paid"`  // accounts that ever paid
	Currency   string      `json:"currency"`
	Plans      []PlanRate  `json:"plans"`
	Growth     *Growth     `json:"growth"`
	Memory     float64     `json:"memory"`
	Relevances []Relevance `json:"relevances"`
}

// Lessons are those of a panel.
func (m *Model) Lessons(history *Panel) (*Lessons, error) {
	l := &Lessons{Made: history.Until, Model: m.ID, Currency: history.Currency, Plans: history.rates(), Growth: history.growth(), Relevances: Relevances(history)}
	var err error
	l.Memory, err = m.memory(history)
	return l, err
}

// Look looks ahead from the last instant of a panel, with the risks of a model there and what its history taught.
func (m *Model) Look(lessons *Lessons, p *Panel) (*Outlook, error) {
	point := len(p.Ends) - 1
	risks, err := m.Risks(p, point)
	if err != nil {
		return nil, err
	}
	o := &Outlook{At: p.Ends[point], Currency: p.Currency, Accounts: []Worth{}, Plans: lessons.Plans, Growth: lessons.Growth, Memory: lessons.Memory, uncertain: 1 / math.Sqrt(float64(max(1, m.Card.Left)))}
	rate := map[string]float64{}
	for _, r := range o.Plans {
		rate[r.Plan] = r.Rate
	}
	of := map[int32]*Row{}
	for i := range p.Rows {
		if p.Rows[i].Point == point {
			of[p.Rows[i].Account] = &p.Rows[i]
		}
	}
	for _, r := range risks {
		row := of[r.Account]
		base, known := rate[row.Labels[plan]]
		if !known {
			base = m.Card.Looks[0].Rate
		}
		w := Worth{Account: r.Account, Plan: row.Labels[plan], survival: survival(r, base, o.Memory)}
		if r.MRR != nil {
			w.MRR = *r.MRR
		}
		if days := row.Numbers[renewal]; row.Labels[billing] != "1" && !math.IsNaN(days) && days <= 365 {
			renews := w.survival[min(ValueMonths, int(days/30.4)+1)]
			w.Renewal, w.Renews = &days, &renews
		}
		o.Accounts = append(o.Accounts, w)
	}
	o.sum()
	slices.SortStableFunc(o.Accounts, func(a, b Worth) int { return cmpFloat(b.Value, a.Value) })
	return o, nil
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// survival is the chance to still pay after so many months: for three as the model says, then what sets the account apart fades
// and its plan's rate is left.
func survival(r Risk, base, memory float64) []float64 {
	base = math.Max(1e-5, math.Min(0.9, base))
	s := make([]float64, ValueMonths+1)
	s[0] = 1
	quarter := math.Max(r.Quarter, 1e-6)
	first := math.Min(r.Month, quarter)
	rest := 1 - math.Sqrt((1-quarter)/math.Max(1-first, 1e-9)) // in each of the other two months
	own := math.Log(1-math.Cbrt(1-math.Min(quarter, 1-1e-9))) - math.Log(base)
	for t := 1; t <= ValueMonths; t++ {
		hazard := rest
		switch {
		case t == 1:
			hazard = first
		case t > looks[1]:
			hazard = math.Min(0.95, base*math.Exp(own*math.Pow(memory, float64(t-looks[1]))))
		}
		s[t] = s[t-1] * (1 - math.Max(0, math.Min(1, hazard)))
	}
	return s
}

// Narrow is the outlook of some accounts alone.
func (o *Outlook) Narrow(keep func(id string) bool) *Outlook {
	own := *o
	own.Accounts = slices.DeleteFunc(slices.Clone(o.Accounts), func(w Worth) bool { return !keep(w.ID) })
	own.sum()
	return &own
}

// sum adds accounts up. Hazards that are higher or lower by two standard errors together widen what chance makes of accounts.
func (o *Outlook) sum() {
	uncertain := o.uncertain
	add := func(weight func(w *Worth) float64, t func(w *Worth) (from, to int)) Expected {
		var mean, variance, low, high float64
		for i := range o.Accounts {
			w := &o.Accounts[i]
			from, to := t(w)
			if to < from {
				continue
			}
			x := weight(w)
			m, square, l, h := 0.0, 0.0, 0.0, 0.0
			for k := from; k <= to; k++ {
				s := w.survival[k]
				m, l, h = m+s, l+math.Pow(s, 1+2*uncertain), h+math.Pow(s, math.Max(0, 1-2*uncertain))
				square += s * float64(2*(k-from)+1) // E[n²] of the months that are paid
			}
			mean, variance, low, high = mean+x*m, variance+x*x*math.Max(0, square-m*m), low+x*l, high+x*h
		}
		half := 1.96 * math.Sqrt(variance)
		down, up := mean-low, high-mean
		return Expected{mean, stat.Limits{Low: math.Max(0, mean-math.Hypot(half, down)), High: mean + math.Hypot(half, up)}}
	}
	pays := func(w *Worth) float64 { return w.MRR }
	at := func(k int) func(*Worth) (int, int) { return func(*Worth) (int, int) { return k, k } }
	o.Customers, o.Months = len(o.Accounts), nil
	o.Value = add(pays, func(*Worth) (int, int) { return 0, ValueMonths - 1 })
	o.MRR = add(pays, at(0)).Value
	for t := 1; t <= SoonMonths; t++ {
		a := Ahead{Month: t, MRR: add(pays, at(t)), Customers: add(func(*Worth) float64 { return 1 }, at(t)).Value}
		if o.Growth != nil {
			grown := a.MRR.Value * math.Pow(1+o.Growth.Rate, float64(t))
			a.Grown = &grown
		}
		o.Months = append(o.Months, a)
	}
	o.Renewals = Renewals{Expected: add(pays, func(w *Worth) (int, int) {
		if w.Renewal == nil {
			return 1, 0
		}
		k := min(ValueMonths, int(*w.Renewal/30.4)+1)
		return k, k
	})}
	for i := range o.Accounts {
		w := &o.Accounts[i]
		w.Months = 0
		low, high := 0.0, 0.0
		for _, s := range w.survival[:ValueMonths] {
			w.Months += s
			if s > 1-(1-stat.Level)/2 {
				low++
			}
			if s > (1-stat.Level)/2 {
				high++
			}
		}
		w.Value, w.Interval = w.MRR*w.Months, &stat.Limits{Low: w.MRR * low, High: w.MRR * high}
		if w.Renewal != nil {
			o.Renewals.N++
			o.Renewals.Due += w.MRR
		}
	}
}

// rates are those of plans, by plan.
func (p *Panel) rates() []PlanRate {
	months, left, all := map[string]int{}, map[string]int{}, [2]int{}
	for i := range p.Rows {
		r := &p.Rows[i]
		if gone, known := p.leaves(r, 1); known {
			months[r.Labels[plan]]++
			all[0]++
			if gone {
				left[r.Labels[plan]]++
				all[1]++
			}
		}
	}
	var rates []PlanRate
	if all[0] == 0 {
		return []PlanRate{}
	}
	mean := float64(all[1]) / float64(all[0])
	for name, n := range months {
		r := PlanRate{Plan: name, Months: n, Left: left[name]}
		r.Rate = mean
		if mean > 0 {
			r.Rate = (float64(r.Left) + prior) / (float64(n) + prior/mean)
		}
		if low, high, ok := stat.Wilson.Bounds(stat.Sample{Sum: float64(r.Left), N: float64(n)}); ok {
			r.Interval = &stat.Limits{Low: low, High: high}
		}
		rates = append(rates, r)
	}
	slices.SortFunc(rates, func(a, b PlanRate) int { return cmpFloat(float64(b.Months), float64(a.Months)) })
	return rates
}

// memoryMonths is over how long it is seen how much of an account's own risk lasts.
const memoryMonths = 6

// memory is the share of what sets accounts' log hazards apart that is still there a month later.
func (m *Model) memory(p *Panel) (float64, error) {
	var rows []*Row
	for i := range p.Rows {
		rows = append(rows, &p.Rows[i])
	}
	risks, err := m.of(p, rows)
	if err != nil {
		return 0, err
	}
	at, mean := map[place]float64{}, 0.0
	for i, r := range risks {
		v := math.Log(math.Max(1e-6, r.Quarter))
		at[place{rows[i].Point, r.Account}] = v
		mean += v / float64(len(risks))
	}
	var now, later, both float64
	for k, v := range at {
		if w, ok := at[place{k.point + memoryMonths, k.account}]; ok {
			now, later, both = now+(v-mean)*(v-mean), later+(w-mean)*(w-mean), both+(v-mean)*(w-mean)
		}
	}
	if !(now > 0 && later > 0 && both > 0) {
		return 0, nil
	}
	return math.Pow(both/math.Sqrt(now*later), 1.0/memoryMonths), nil
}

// growth is by how much the paying of those who stay changes a month, all together; nil for fewer than thirty accounts.
func (p *Panel) growth() *Growth {
	by := map[place]*Row{}
	for i := range p.Rows {
		by[place{p.Rows[i].Point, p.Rows[i].Account}] = &p.Rows[i]
	}
	type sums struct{ before, change float64 }
	of := map[int32]*sums{}
	var all sums
	for k, r := range by {
		next := by[place{k.point + 1, k.account}]
		if next == nil || k.point+1 == len(p.Ends)-1 || !(r.MRR() > 0) || math.IsNaN(next.MRR()) {
			continue
		}
		s := of[k.account]
		if s == nil {
			s = &sums{}
			of[k.account] = s
		}
		s.before, s.change = s.before+r.MRR(), s.change+next.MRR()-r.MRR()
		all.before, all.change = all.before+r.MRR(), all.change+next.MRR()-r.MRR()
	}
	if len(of) < stat.SmallSample {
		return nil
	}
	g := &Growth{Rate: all.change / all.before}
	squares := 0.0
	for _, s := range of { // of a ratio, by accounts
		rest := s.change - g.Rate*s.before
		squares += rest * rest
	}
	half := 1.96 * math.Sqrt(squares) / all.before
	g.Interval = &stat.Limits{Low: g.Rate - half, High: g.Rate + half}
	return g
}
