// Package demo makes up a company's customers: Fieldnote sells planning software for field service, and its 300
// accounts sign up, learn, work, complain, pay, grow and leave over two years. Each account has a hidden state
// (champion, value, satisfaction, usage) that shocks move; whether it leaves follows from that state, and so do the
// facts, so that a score computed from the facts has something true to find.
//
// The same seed and Until give the same bytes on any machine: nothing here reads a clock, a map's order or the
// library's random numbers. It leaves to others where the facts go.
package demo

import (
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// Source is the source of every made-up fact; a workspace that holds it holds made-up data.
const Source = "demo"

// Options say which company to make up. Zero values take the defaults.
type Options struct {
	// Seed chooses the company; the accounts of Stories are in every one.
	Seed uint64
	// Until is the last instant of the two years, usually now. Required.
	Until time.Time
	// Accounts (default 300, at least 40) and Contacts (default 8 000, at least 6 an account) are how many there ever were.
	Accounts, Contacts int
	// Currency is the one that the workspace reports in, to which the rates of exchange lead; EUR when empty.
	Currency string
	// Zone is the workspace's time zone, in which its working days lie; UTC when nil.
	Zone *time.Location
}

// Generate makes the company's facts and hands them over in the order in which they would have been received. All
// facts of one batch have the same Received: a feed delivers once an hour, and a few percent of facts come hours or
// days late. Customers from before the two years come with the first batch, as an import would bring them, with
// instants up to three years earlier. Nothing lies after Until. An error of emit ends it and is returned.
func Generate(o Options, emit func([]*fact.Fact) error) error {
	if o.Accounts == 0 {
		o.Accounts = 300
	}
	if o.Contacts == 0 {
		o.Contacts = 8000
	}
	if o.Currency == "" {
		o.Currency = "EUR"
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	switch {
	case o.Until.IsZero():
		return fmt.Errorf("demo: Until is missing: give the last instant of the two years")
	case o.Accounts < 40:
		return fmt.Errorf("demo: %d accounts are too few for the stories; give 40 or more", o.Accounts)
	case o.Contacts < 6*o.Accounts:
		return fmt.Errorf("demo: %d contacts are too few for %d accounts; give at least %d", o.Contacts, o.Accounts, 6*o.Accounts)
	}
	w := found(o, emit)
	return w.run()
}

// run tells the two years day by day. Each area writes what happened on the day; what a happening leads to later (a
// ticket's answer, a survey's reply) is written at once with its later instant and waits in the feed.
func (w *world) run() error {
	w.bringHistory()
	for day := 0; day < w.days; day++ {
		w.sellDay(day)
		w.webDay(day)
		for _, a := range w.accounts {
			w.moneyDay(a, day)
			w.profileDay(a, day)
			w.peopleDay(a, day)
			w.useDay(a, day)
			w.helpDay(a, day)
			w.supportDay(a, day)
			w.voiceDay(a, day)
			w.careDay(a, day)
			w.praiseDay(a, day)
		}
		w.teamDay(day)
		if err := w.feed.flush(w.midnight(day + 1)); err != nil {
			return err
		}
	}
	return w.feed.finish()
}
