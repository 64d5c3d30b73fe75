package lake

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/journey"
)

// Stays are the stages that accounts were in up to an instant, by account and time. With asOf, what arrived later is left
// out.
func (l *Lake) Stays(ctx context.Context, at time.Time, asOf *time.Time) ([]journey.Stay, error) {
	v, err := l.view(ctx, nil) // who is who does not matter: facts about accounts name them
	if err != nil {
		return nil, err
	}
	defer v.Close()
	m := moment{View: v, at: at}
	known := ""
	if asOf != nil {
		known = "and f.received_at <= timestamp '" + sqlTime(*asOf) + "'"
	}
	var all []journey.Stay
	words := map[string]string{} // one copy of each text
	shared := func(text string) string {
		if one, ok := words[text]; ok {
			return one
		}
		words[text] = text
		return text
	}
	var id, stage string
	var from time.Time
	var until sql.NullTime
	err = each(ctx, v.conn, m.text("stays", "{stage}", fmt.Sprint(fact.Accounts.Bit("stage")), "{known}", known), func() {
		s := journey.Stay{Account: shared(id), Stage: shared(stage), From: from.UTC()}
		if until.Valid {
			s.Until = until.Time.UTC()
		}
		all = append(all, s)
	}, &id, &stage, &from, &until)
	return all, l.engine.Fault(err)
}
