// Package feed is what the feeds of facts look like from the outside: what was refused and waits to be
// mended, when each source was last heard of, what was decided lately. Nouns only: deciding is left to
// ingest, keeping to the store.
package feed

import "time"

// Status is how far a quarantined fact has come.
type Status string

const (
	Open      Status = "open"
	Replayed  Status = "replayed"  // sent through the door again, as it was or edited
	Discarded Status = "discarded" // looked at and given up
)

// Quarantined is a call that could not be used, kept as it came.
type Quarantined struct {
	ID       string // 32 hex digits; given by the store when empty
	Source   string // the key or feed it came through
	Kind     string // of fact or call; empty when that is what is wrong
	Received time.Time
	Rule     string // which check refused it, stable: "clock_skew"
	Field    string // empty: the whole
	Reason   string // for people
	Body     []byte // raw
	Envelope []byte // what stood around it and counts for it; nil: nothing
	Edited   []byte // mended by somebody; nil: not
	Status   Status
	Decided  time.Time // when it was replayed or discarded; zero while open
}

// Filter picks quarantined calls, the newest first. Empty fields pick all.
type Filter struct {
	Status Status
	Source string
	Rule   string
	Cursor string // from the page before; empty: the first
	Limit  int    // 1 to 1000; 0: 50
}

// RuleCount is how many open calls a rule refused.
type RuleCount struct {
	Rule  string
	Count int64
}

// Sighting is when facts of a kind were heard of from a source: the ground for "what stopped arriving".
// Given to the store it is what came since the last time, got from it all there was.
type Sighting struct {
	Source, Kind string
	First, Last  time.Time
	Count        int64
	Verdict      string // of the last one
	// LongestGap is the longest it was ever silent between two facts.
	LongestGap time.Duration
}

// Verdict is what was decided about one fact.
type Verdict struct {
	When         time.Time
	Source, Kind string
	Subject      string // whom or what it is about, short
	Verdict      string // accepted, duplicate, quarantined
	Reason       string
}
