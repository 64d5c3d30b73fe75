package account

import (
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// FactAsk asks for facts of a kind as they were sent, the latest first. Empty fields filter nothing.
type FactAsk struct {
	Kind          *fact.Kind
	Account, User string
	// Text must occur in a fact's texts; Open says whether those that describe people are searched and given.
	Text     string
	Open     bool
	From, To time.Time // of when it happened: from <= ts < to
	Before   Place     // the last one seen; zero: the start
	Limit    int
}

// FactPage is a page of facts. Next is where the next one begins, zero at the end.
type FactPage struct {
	Entries []Entry
	Next    Place
}
