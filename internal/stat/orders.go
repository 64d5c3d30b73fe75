package stat

import (
	"cmp"
	"math"
	"slices"
)

// Order is one purchase. Days are counted from any day on; Amount is in the major unit of one currency.
type Order struct {
	Customer string
	Day      int
	Amount   float64
}

// Buyer is what the models of buying need to know of a customer; time is in one unit throughout. A first purchase makes
// somebody a customer; Repeats are the days with a purchase after that, the last of them at LastRepeat (0 without).
type Buyer struct {
	Customer   string  `json:"customer"`
	Repeats    int     `json:"x"`
	LastRepeat float64 `json:"t_x"` // from the first purchase on
	Watched    float64 `json:"T"`   // from the first purchase on
	// Value is the mean amount of a repeat (0 without).
	Value float64 `json:"mean_value"`
}

// Buyers sums orders up until the end of a day. Several orders of a customer on one day are one purchase. A unit of time
// has so many days. Customers whose first order is later are left out; the order of customers is that of their names.
func Buyers(orders []Order, until int, unit float64) []Buyer {
	orders = slices.Clone(orders)
	slices.SortStableFunc(orders, func(a, b Order) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Day, b.Day))
	})
	var all []Buyer
	for i := 0; i < len(orders) && orders[i].Customer != ""; {
		name, first, last := orders[i].Customer, orders[i].Day, orders[i].Day
		b := Buyer{Customer: name, Watched: float64(until-first) / unit}
		spent := 0.0
		for ; i < len(orders) && orders[i].Customer == name; i++ {
			o := orders[i]
			if o.Day > until || o.Day == first {
				continue
			}
			if o.Day != last {
				last = o.Day
				b.Repeats++
			}
			spent += o.Amount
		}
		if first > until {
			continue
		}
		if b.Repeats > 0 {
			b.LastRepeat, b.Value = float64(last-first)/unit, spent/float64(b.Repeats)
		}
		all = append(all, b)
	}
	return all
}

// scales gives the usual magnitudes of time and of value, after checking what is given.
func scales(buyers []Buyer) (time, value float64, err error) {
	repeaters, valued := 0.0, 0.0
	for i, b := range buyers {
		switch {
		case b.Repeats < 0 || !finite(b.LastRepeat) || !finite(b.Watched) || !finite(b.Value):
			return 0, 0, refuseRow(i, "%+v is not made of numbers", b)
		case b.LastRepeat < 0 || b.LastRepeat > b.Watched || (b.Repeats == 0) != (b.LastRepeat == 0):
			return 0, 0, refuseRow(i, "the last of %d repeats lies %v after the first purchase, watched for %v", b.Repeats, b.LastRepeat, b.Watched)
		case b.Value < 0:
			return 0, 0, refuseRow(i, "a mean value of %v is below zero: credits are no purchases", b.Value)
		}
		time += b.Watched
		if b.Repeats > 0 {
			repeaters++
			if b.Value > 0 {
				value += b.Value
				valued++
			}
		}
	}
	switch {
	case len(buyers) < fewestBuyers:
		return 0, 0, refuse("", "%d customers are too few: at least %d are needed", len(buyers), fewestBuyers)
	case repeaters == 0:
		return 0, 0, refuse("wait for second purchases, or look at an older cohort", "nobody bought again, so nothing says how often customers buy")
	}
	return time / float64(len(buyers)), value / math.Max(1, valued), nil
}

// fewestBuyers is the number below which four parameters are not estimated; the intervals say how little many more tell.
const fewestBuyers = 10
