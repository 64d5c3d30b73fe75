package account

import (
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// FeedbackKinds are the kinds of feedback: those of answers, and reviews.
var FeedbackKinds = []string{"nps", "csat", "ces", "rating", "choice", "text", ReviewFeedback}

// ReviewFeedback is the kind of feedback that is no answer.
const ReviewFeedback = "review"

// Bands of a score: by who gave a 9 or a 6 where it was asked whether they would recommend, else by where on its scale it lies.
const (
	GladBand  = "good"
	SoSoBand  = "middling"
	SorryBand = "poor"
)

// FeedbackBands are the bands of a score.
var FeedbackBands = []string{SorryBand, SoSoBand, GladBand}

// FeedbackAsk asks for a page of what customers said, the latest first. Empty fields filter nothing.
type FeedbackAsk struct {
	Kind, Survey, Band, Touchpoint, Locale string
	// Worded leaves out what says nothing in words.
	Worded bool
	// Text must occur in what was said. Open says whether texts that describe people are searched and given.
	Text string
	Open bool
	// Within holds it to accounts, by the lake's numbers; nil: none.
	Within []Account
	// TouchKinds are the kinds of interactions that count as turning to a customer; empty: all.
	TouchKinds []string
	Before     Place // the last one seen; zero: the start
	Limit      int
	Now        time.Time
}

// Feedback is one answer or review.
type Feedback struct {
	Place
	Fact    *fact.Fact
	Account string // "" when it is of none that is known
	Name    string // of the account
	Who     string // what the person is called
	// Sorry says that somebody should turn to whoever gave it; Turned is when the team next did, zero while it has not.
	Sorry  bool
	Turned time.Time
}

// FeedbackPage is a page of feedback. Next is where the next one begins, zero at the end.
type FeedbackPage struct {
	Feedback []Feedback
	Next     Place
}

// Mask hides what names or describes people.
func (f *Feedback) Mask() {
	if f.Fact = Mask(f.Fact); f.Who != "" {
		f.Who = Hidden
	}
	f.Fact.User = ""
}

// FeedbackChoices are what there is to filter feedback by, the commonest first.
type FeedbackChoices struct{ Surveys, Touchpoints, Locales []string }
