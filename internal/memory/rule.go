package memory

import "time"

// Rule says for how long something that was found is remembered.
type Rule struct {
	// Age says how it may be used: since is how old it is, cost how long finding it took, same whether no facts have come since.
	Age func(since, cost time.Duration, same bool) Age
	// Hot is how long after it was asked for last it is kept young, so that the next reader need not wait.
	Hot time.Duration
	// Room is how many things are kept; those asked for last stay.
	Room int
}

// Age is how something may be used.
type Age int

// The ages: too old to be shown, shown while it is found anew behind its readers' backs, and as good as new.
const (
	TooOld Age = iota
	Old
	Young
)

// What was found in no time is found anew as soon as facts have come. What takes longer may be so many times older than it
// took; older still it is found anew behind its readers' backs, and beyond that they wait. While no facts come only the clock
// makes it older.
const (
	youngFor = 10 // times its cost
	oldFor   = 60
	most     = 2 * time.Minute
	life     = 5 * time.Minute // while no facts come
	long     = 15 * time.Minute
)

// ByCost is for what is said of the present: the less it cost, the younger it is.
var ByCost = Rule{Hot: time.Hour, Room: 500, Age: func(since, cost time.Duration, same bool) Age {
	switch {
	case same && since < life, !same && cost >= quick && since < min(youngFor*cost, most):
		return Young
	case same && since < long, cost >= quick && since < min(oldFor*cost, most):
		return Old
	}
	return TooOld
}}

// For is for what facts hardly change: it is young for some time, and then old for some more.
func For(young, old time.Duration, room int) Rule {
	return Rule{Room: room, Age: func(since, _ time.Duration, _ bool) Age {
		switch {
		case since < young:
			return Young
		case since < young+old:
			return Old
		}
		return TooOld
	}}
}
