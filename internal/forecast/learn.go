package forecast

import (
	"errors"
	"strconv"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/stat"
)

// A risk is learned in two steps: from all months, then made as sure as risks learned from earlier months turned out to be
// right to be of later ones. What judges it is later than both.

// origins are the shares of those who left that lie behind the instants at which it is tried how sure a risk may be.
var origins = []float64{0.6, 0.4, 0.2}

// learn learns a risk from a study and tempers it; the tempering is nil where too few left to try that by time.
func (p *Panel) learn(s *study) (*stat.Risk, *stat.Tempering, error) {
	table := columns(s.rows)
	risk, err := stat.TrainRisk(table, s.outcomes, s.groups)
	if err != nil {
		return nil, nil, err
	}
	tempering, err := p.forward(s, risk.Card)
	if err != nil || tempering == nil {
		return risk, nil, err
	}
	return risk, tempering, risk.Temper(tempering.Factor, table, s.outcomes)
}

// forward learns from what was known at some instants within a study and foretells the months until the next.
func (p *Panel) forward(s *study, like stat.Card) (*stat.Tempering, error) {
	var outcomes []bool
	var risks []float64
	var parts []int
	end := len(p.Ends)
	for k := len(origins) - 1; k >= 0; k-- {
		first := s.last(int(origins[k] * float64(s.left())))
		early := s.before(p, first)
		held := s.part(func(r *Row) bool { return r.Point >= first && r.Point < end })
		if end = first; !early.enough() || len(held.rows) == 0 {
			break
		}
		risk, err := stat.TrainRiskLike(columns(early.rows), early.outcomes, early.groups, like)
		if refused(err) { // nothing varied so early
			break
		} else if err != nil {
			return nil, err
		}
		foretold, err := risk.Foretell(columns(held.rows), len(held.rows))
		if err != nil {
			return nil, err
		}
		outcomes, risks = append(outcomes, held.outcomes...), append(risks, foretold...)
		for range held.rows {
			parts = append(parts, k)
		}
	}
	return stat.Temper(risks, outcomes, parts), nil
}

// study are the rows whose outcome within so many months is known, by instant.
type study struct {
	months   int
	rows     []*Row
	outcomes []bool
	groups   []string
}

func (p *Panel) study(months int) *study {
	s := &study{months: months}
	for i := range p.Rows {
		if left, known := p.leaves(&p.Rows[i], months); known {
			s.add(&p.Rows[i], left, strconv.Itoa(int(p.Rows[i].Account)))
		}
	}
	return s
}

func (s *study) add(r *Row, left bool, group string) {
	s.rows, s.outcomes, s.groups = append(s.rows, r), append(s.outcomes, left), append(s.groups, group)
}

// part are the rows of a study that are kept.
func (s *study) part(keep func(*Row) bool) *study {
	some := &study{months: s.months}
	for i, r := range s.rows {
		if keep(r) {
			some.add(r, s.outcomes[i], s.groups[i])
		}
	}
	return some
}

// left counts the accounts that left: the months before one goes are no further evidence.
func (s *study) left() int {
	who := map[int32]bool{}
	for i, y := range s.outcomes {
		if y {
			who[s.rows[i].Account] = true
		}
	}
	return len(who)
}

// last is the first of as many last instants as hold so many accounts that left.
func (s *study) last(want int) (point int) {
	later := map[int32]bool{}
	for i := len(s.rows) - 1; i >= 0 && (len(later) < want || s.rows[i].Point == point); i-- {
		if point = s.rows[i].Point; s.outcomes[i] {
			later[s.rows[i].Account] = true
		}
	}
	return point
}

func (s *study) enough() bool { return s.left() >= stat.SmallSample && stat.Enough(s.outcomes) == nil }

// judge finds out how good the risks are that such a model gives for what it has not seen.
func (l *Look) judge(p *Panel, all *study) error {
	judged, risks, err := byTime(p, all)
	l.JudgedBy = "time"
	if err == nil && judged == nil {
		l.JudgedBy, judged = "accounts", all
		risks, err = stat.CrossValidate(columns(all.rows), all.outcomes, all.groups)
	}
	if err != nil {
		return err
	}
	l.JudgedFrom = p.Ends[judged.rows[0].Point]
	l.Judgement, err = stat.Judge(risks, judged.outcomes, judged.groups)
	return err
}

// byTime learns from earlier months, all of it, and foretells later ones: as many as hold the last third of those who left,
// thirty at least. nil where too few left for both.
func byTime(p *Panel, all *study) (*study, []float64, error) {
	first := all.last(max(stat.SmallSample, all.left()/3))
	early := all.before(p, first)
	judged := all.part(func(r *Row) bool { return r.Point >= first })
	if !early.enough() || !judged.enough() {
		return nil, nil, nil
	}
	risk, _, err := p.learn(early)
	if err != nil {
		return nil, nil, err
	}
	risks, err := risk.Foretell(columns(judged.rows), len(judged.rows))
	return judged, risks, err
}

// before are the rows whose outcome was known at an instant.
func (s *study) before(p *Panel, point int) *study {
	return s.part(func(r *Row) bool { return !p.Ends[r.Point].AddDate(0, s.months, 0).After(p.Ends[point]) })
}

func refused(err error) bool {
	var r *stat.Refusal
	return errors.As(err, &r)
}

func untrained(err error) error {
	var r *stat.Refusal
	if errors.As(err, &r) {
		return fault.New(fault.Conflict, "no risk can be learned: %s", r.What).Mend("%s", r.Fix)
	}
	return err
}
