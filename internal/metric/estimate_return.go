package metric

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

func init() { estimators["return_on_success"] = returnOnSuccess }

// engagement is what accounts come to together: their monthly value before, at the start, and what of it was lost, gained
// and referred in the period before and in this one.
type engagement struct {
	n, before, opening                  float64
	lostBefore, gainedBefore, refBefore float64
	lost, gained, referred              float64
}

func (e *engagement) add(o engagement, sign float64) {
	e.n += sign * o.n
	e.before += sign * o.before
	e.opening += sign * o.opening
	e.lostBefore += sign * o.lostBefore
	e.gainedBefore += sign * o.gainedBefore
	e.refBefore += sign * o.refBefore
	e.lost += sign * o.lost
	e.gained += sign * o.gained
	e.referred += sign * o.referred
}

// moved is by how much the shares lost, gained and referred of the value changed from the period before.
func (e *engagement) moved() (lost, gained, referred float64, ok bool) {
	const least = 0.5 // a millionth of a cent: what subtracting floats may leave of nothing
	if e.opening < least {
		return 0, 0, 0, false
	}
	lost, gained, referred = e.lost/e.opening, e.gained/e.opening, e.referred/e.opening
	if e.before >= least {
		lost, gained, referred = lost-e.lostBefore/e.before, gained-e.gainedBefore/e.before, referred-e.refBefore/e.before
	}
	return lost, gained, referred, true
}

// strata are engaged accounts and comparable ones, by plan, and the comparable ones of all plans.
type strata struct {
	engaged, comparable []engagement
	all                 engagement
}

// effect is the difference in differences, on the value of the engaged accounts: what was saved, gained and referred.
func (s *strata) effect() (saved, gained, referred float64, ok bool) {
	for i := range s.engaged {
		lostE, gainedE, refE, any := s.engaged[i].moved()
		if !any {
			continue
		}
		lostC, gainedC, refC, comparable := s.comparable[i].moved()
		if !comparable {
			if lostC, gainedC, refC, comparable = s.all.moved(); !comparable {
				return 0, 0, 0, false
			}
		}
		value := s.engaged[i].opening
		saved -= (lostE - lostC) * value
		gained += (gainedE - gainedC) * value
		referred += (refE - refC) * value
		ok = true
	}
	return saved, gained, referred, ok
}

// returnOnSuccess is (saved + expanded + referred - cost) / cost * 100: difference in differences between the accounts
// that the team was in contact with and those on the same plan that it was not, against the period before. Observed are
// whether the account was in contact, the number of its plan, its monthly value at the start of the period before, at the
// start and at the end of this one, what it referred in both, its share of the team's cost, and for how many months
// recurring value counts. The interval is the jackknife's, leaving out one account at a time.
func returnOnSuccess(observations [][]float64) Estimate {
	var s strata
	var cost, months float64
	type member struct {
		at      int
		engaged bool
		engagement
	}
	var members []member
	for _, o := range observations {
		cost, months = cost+o[7], o[8]
		if o[3] <= 0 {
			continue // did not pay at the start: it only costs
		}
		m := member{at: int(o[1]), engaged: o[0] > 0, engagement: engagement{n: 1, before: o[2], opening: o[3],
			lost: math.Max(0, o[3]-o[4]), gained: math.Max(0, o[4]-o[3]), refBefore: o[5], referred: o[6]}}
		if o[2] > 0 {
			m.lostBefore, m.gainedBefore = math.Max(0, o[2]-o[3]), math.Max(0, o[3]-o[2])
		} else {
			m.refBefore = 0
		}
		members = append(members, m)
		for len(s.engaged) <= m.at {
			s.engaged, s.comparable = append(s.engaged, engagement{}), append(s.comparable, engagement{})
		}
		s.put(m.at, m.engaged, m.engagement, 1)
	}
	var contacted engagement
	for _, e := range s.engaged {
		contacted.add(e, 1)
	}
	saved, gained, referred, ok := s.effect()
	found := Estimate{N: int64(len(members)), Detail: map[string]any{"cost": Amount(cost), "engaged": contacted.n, "comparable": s.all.n,
		"saved": nil, "expanded": nil, "referred": nil, "months": months,
		"lost_percent": partOf(contacted.lost, contacted.opening), "lost_before_percent": partOf(contacted.lostBefore, contacted.before),
		"comparable_lost_percent": partOf(s.all.lost, s.all.opening), "comparable_lost_before_percent": partOf(s.all.lostBefore, s.all.before)}}
	if !ok {
		return found
	}
	found.Detail["saved"], found.Detail["expanded"], found.Detail["referred"] = Amount(saved*months), Amount(gained*months), Amount(referred)
	if cost <= 0 {
		return found
	}
	value := 100 * ((saved+gained)*months + referred - cost) / cost
	found.Value = &value
	var n, sum, squares float64
	for _, m := range members {
		s.put(m.at, m.engaged, m.engagement, -1)
		if saved, gained, referred, ok := s.effect(); ok {
			x := (saved+gained)*months + referred
			n, sum, squares = n+1, sum+x, squares+x*x
		}
		s.put(m.at, m.engaged, m.engagement, 1)
	}
	if int(n) == len(members) && n > 2 { // without any one of them there is still something to compare
		spread := math.Sqrt(math.Max(0, (n-1)/n*(squares-sum*sum/n)))
		half := 100 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(1-(1-level)/2) * spread / cost
		low, high := value-half, value+half
		found.Low, found.High = &low, &high
	}
	return found
}

func (s *strata) put(at int, engaged bool, e engagement, sign float64) {
	if engaged {
		s.engaged[at].add(e, sign)
		return
	}
	s.comparable[at].add(e, sign)
	s.all.add(e, sign)
}

func partOf(part, whole float64) any {
	if whole <= 0 {
		return nil
	}
	return 100 * part / whole
}
