package metric

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

func init() { estimators["return_on_success"] = returnOnSuccess }

// engagement is what accounts come to together: their monthly value a month before and at the start, and what of it was lost, gained
// and referred in the month before and in this one.
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

// comparison is the accounts of one month: those in contact and the others, by plan, and the others of all plans.
type comparison struct {
	engaged, comparable []engagement
	all                 engagement
}

func (c *comparison) put(m member, sign float64) {
	for len(c.engaged) <= m.plan {
		c.engaged, c.comparable = append(c.engaged, engagement{}), append(c.comparable, engagement{})
	}
	if m.engaged {
		c.engaged[m.plan].add(m.engagement, sign)
		return
	}
	c.comparable[m.plan].add(m.engagement, sign)
	c.all.add(m.engagement, sign)
}

// effect is the difference in differences, on the value of the engaged accounts: what was saved, gained and referred. It
// is not known where engaged accounts have nobody to be compared with.
func (c *comparison) effect() (saved, gained, referred float64, ok bool) {
	for i := range c.engaged {
		lostE, gainedE, refE, any := c.engaged[i].moved()
		if !any {
			continue
		}
		lostC, gainedC, refC, comparable := c.comparable[i].moved()
		if !comparable {
			if lostC, gainedC, refC, comparable = c.all.moved(); !comparable {
				return 0, 0, 0, false
			}
		}
		value := c.engaged[i].opening
		saved -= (lostE - lostC) * value
		gained += (gainedE - gainedC) * value
		referred += (refE - refC) * value
		ok = true
	}
	return saved, gained, referred, ok
}

// member is an account in a month.
type member struct {
	month, plan int
	engaged     bool
	engagement
}

func memberOf(o []float64) member {
	m := member{month: int(o[1]), engaged: o[2] > 0, plan: int(o[3]), engagement: engagement{n: 1, before: o[4], opening: o[5],
		lost: math.Max(0, o[5]-o[6]), gained: math.Max(0, o[6]-o[5]), referred: o[8]}}
	if o[4] > 0 {
		m.lostBefore, m.gainedBefore, m.refBefore = math.Max(0, o[4]-o[5]), math.Max(0, o[5]-o[4]), o[7]
	}
	return m
}

// returnOnSuccess is (saved + expanded + referred - cost) / cost * 100: month by month the difference in differences
// between the accounts that the team was in contact with and those on the same plan that it was not, against the month
// before; months without anybody in contact, or nobody to compare with, bring nothing. Observed are the account, the month,
// whether there was contact, the number of its plan, its monthly value at the start of the month before, at the start
// and at the end of this one, what it referred in both, its share of the team's cost, and for how many months recurring
// value counts. The interval is the jackknife's, leaving out one account at a time.
func returnOnSuccess(observations [][]float64) Estimate {
	var months []comparison
	byAccount := map[float64][]member{}
	var accounts []float64
	var cost, counts float64
	for _, o := range observations {
		cost, counts = cost+o[9], o[10]
		m := memberOf(o)
		if m.opening <= 0 {
			continue // did not pay at the start: it only costs
		}
		for len(months) <= m.month {
			months = append(months, comparison{})
		}
		months[m.month].put(m, 1)
		if byAccount[o[0]] == nil {
			accounts = append(accounts, o[0])
		}
		byAccount[o[0]] = append(byAccount[o[0]], m)
	}
	// Per month what it brought, so that leaving out an account counts anew only the months it is in.
	type effect struct{ saved, gained, referred float64 }
	effects := make([]effect, len(months))
	var total effect
	var engaged, others engagement
	ok := false
	for i := range months {
		saved, gained, referred, known := months[i].effect()
		for j := range months[i].engaged {
			engaged.add(months[i].engaged[j], 1)
		}
		others.add(months[i].all, 1)
		if !known {
			continue
		}
		effects[i], ok = effect{saved, gained, referred}, true
		total = effect{total.saved + saved, total.gained + gained, total.referred + referred}
	}
	found := Estimate{N: int64(len(accounts)), Detail: map[string]any{"cost": Amount(cost), "engaged": engaged.n, "comparable": others.n,
		"saved": nil, "expanded": nil, "referred": nil, "value_months": counts,
		"lost_percent": partOf(engaged.lost, engaged.opening), "lost_before_percent": partOf(engaged.lostBefore, engaged.before),
		"comparable_lost_percent": partOf(others.lost, others.opening), "comparable_lost_before_percent": partOf(others.lostBefore, others.before)}}
	if !ok {
		return found
	}
	found.Detail["saved"], found.Detail["expanded"], found.Detail["referred"] = Amount(total.saved*counts), Amount(total.gained*counts), Amount(total.referred)
	if cost <= 0 {
		return found
	}
	brought := func(e effect) float64 { return (e.saved+e.gained)*counts + e.referred }
	value := 100 * (brought(total) - cost) / cost
	found.Value = &value
	n := float64(len(accounts))
	if n < 3 {
		return found
	}
	var sum, squares float64
	for _, a := range accounts {
		shift := 0.0
		for _, m := range byAccount[a] {
			months[m.month].put(m, -1)
			saved, gained, referred, _ := months[m.month].effect()
			shift += brought(effect{saved, gained, referred}) - brought(effects[m.month])
			months[m.month].put(m, 1)
		}
		sum, squares = sum+shift, squares+shift*shift
	}
	spread := math.Sqrt(math.Max(0, (n-1)/n*(squares-sum*sum/n)))
	half := 100 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(1-(1-level)/2) * spread / cost
	low, high := value-half, value+half
	found.Low, found.High = &low, &high
	return found
}

func partOf(part, whole float64) any {
	if whole <= 0 {
		return nil
	}
	return 100 * part / whole
}
