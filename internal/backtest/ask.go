package backtest

import (
	"bytes"
	"context"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
)

// Ask is a question as edges ask it.
type Ask struct {
	Scorecard string `json:"-"`
	// Draft is tested in the place of the scorecard with its id; nil: that scorecard, or the template, is tested as it is.
	Draft    *health.Scorecard `json:"draft,omitempty" doc:"A definition to test, beside the scorecard in force; missing: the scorecard in force, or the template with this id"`
	Days     int               `json:"days,omitempty" minimum:"0" maximum:"365" doc:"The outcome: leaving within so many days; missing: 90"`
	Months   int               `json:"months,omitempty" minimum:"0" maximum:"60" doc:"How many months back is looked, at the beginning of each; missing: 24"`
	Everyone bool              `json:"everyone,omitempty" doc:"Look at all that paid, not only at accounts that would have had the scorecard"`
}

// Question finds the scorecards that are asked about. The error is a fault.Error: NotFound where there is none with the id,
// Invalid where the draft can't be used.
func (r Reader) Question(ctx context.Context, a Ask) (Question, error) {
	q := Question{Days: a.Days, Months: a.Months, Everyone: a.Everyone}
	deck, err := r.Health.Deck(ctx, r.Health.Now().Add(time.Microsecond))
	if err != nil {
		return q, err
	}
	current := deck.Get(a.Scorecard)
	switch template, ok := health.Template(a.Scorecard); {
	case a.Draft != nil:
		if err := r.Health.Check(ctx, a.Draft); err != nil {
			return q, err
		}
		q.Card = *a.Draft
		q.Card.Version, q.Card.By, q.Card.Changed, q.Card.Until = 0, "", time.Time{}, time.Time{}
	case current != nil:
		q.Card = *current
		return q, q.check()
	case ok:
		q.Card = template
	default:
		return q, fault.New(fault.NotFound, "there is no scorecard with this id").Mend("name one in force or a template, or send a draft")
	}
	if current != nil && !same(q.Card, *current) {
		q.Current = current
	} else if current != nil {
		q.Card = *current
	}
	return q, q.check()
}

// same says that two scorecards score alike whenever they were kept, and by whom.
func same(a, b health.Scorecard) bool {
	a.Version, a.By, a.Changed, a.Until = b.Version, b.By, b.Changed, b.Until
	x, err1 := a.Text()
	y, err2 := b.Text()
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}
