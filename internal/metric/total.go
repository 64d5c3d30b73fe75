package metric

import (
	"math/big"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
)

// Total says how the points of a series are brought together to one figure.
type Total string

// The totals: the points added up, their mean, and the last one. A point that is not over is part of the sum, but
// neither of the mean nor the last.
const (
	Sum  Total = "sum"
	Mean Total = "mean"
	Last Total = "last"
)

// Totals are all of them.
var Totals = []Total{Sum, Mean, Last}

// Totalled is what the points come to.
type Totalled struct {
	How    Total   `json:"how" enum:"sum,mean,last"`
	Value  *Figure `json:"value"`
	Points int     `json:"points" doc:"How many points it is made of"`
}

// Refuses says why points of this metric may not be brought together like this; empty when they may.
func (d *Definition) Refuses(how Total) string {
	switch {
	case how == Last:
		return ""
	case d.Type == Ratio:
		return "it is a ratio: adding up or averaging ratios gives the small points the weight of the large ones; value is the ratio of the whole period"
	case d.Type == Distribution:
		return "it is read off a distribution: its points can't be put together from their figures; value is that of the whole period"
	case how == Mean:
		return ""
	case d.Type == Balance:
		return "it is a balance: what stands at the end of one point still stands at the end of the next and would be added up again; take mean or last"
	case !d.Adds:
		return "its points overlap: what counts once in the whole period may count in several points, or cancel out between them; value is that of the whole period"
	}
	return ""
}

// total reads how the points are to be brought together.
func (q *query) readTotal(text string, bad *fault.Error) {
	if text == "" {
		return
	}
	switch q.total = Total(text); q.total {
	case Sum, Mean, Last:
	default:
		bad.Field("total", "%q is none of sum, mean, last", clip(text))
		return
	}
	if q.grain == NoGrain {
		bad.Field("total", "there are no points to bring together: state a grain")
	}
	if why := q.def.Refuses(q.total); why != "" {
		bad.Field("total", "%s of %s can't be asked for: %s", q.total, strings.TrimSpace(q.def.ID+" "+q.variant.ID), fault.Words(why))
	}
}

// totalled brings the points of the whole, or of a group, together; nil when that was not asked for.
func (e *evaluation) totalled(byPoint map[int]*cells) *Totalled {
	if e.total == "" {
		return nil
	}
	t := &Totalled{How: e.total}
	var sum, last *big.Rat
	for _, p := range e.points[2:] {
		v := e.value(e.in(byPoint, p.i), e.at(p.i))
		if v == nil || p.partial && e.total != Sum {
			continue
		}
		if last, t.Points = v, t.Points+1; sum == nil {
			sum = new(big.Rat)
		}
		sum.Add(sum, v)
	}
	switch {
	case sum == nil:
		return t
	case e.total == Last:
		sum, t.Points = last, 1
	case e.total == Mean:
		sum.Quo(sum, big.NewRat(int64(t.Points), 1))
	}
	t.Value = e.shown(sum)
	return t
}
