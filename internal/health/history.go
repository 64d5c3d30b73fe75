package health

import (
	"context"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// maxPoints is how many instants are scored anew at once.
const maxPoints = 60

// Mondays are the midnights on which weeks begin in a zone, from an instant to another, that one too.
func Mondays(from, to time.Time, zone *time.Location) []time.Time {
	first := from.In(zone)
	at := time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, zone)
	if at.Before(from) {
		at = at.AddDate(0, 0, 1)
	}
	var all []time.Time
	for at = at.AddDate(0, 0, (8-int(at.Weekday()))%7); !at.After(to); at = at.AddDate(0, 0, 7) {
		all = append(all, at)
	}
	return all
}

// Recomputed is what today's scorecards say of an account at instants that follow each other, with the dwell of their
// bands; score scores accounts at an instant. family is the account and those below it, deck the scorecards, nil all in force.
func Recomputed(ctx context.Context, score func(context.Context, Question) (*Table, error), id string, family []account.Account, deck Deck, instants []time.Time) ([]Told, error) {
	if len(instants) > maxPoints {
		return nil, fault.New(fault.Invalid, "the question about health can't be answered as it is").Field("from", "more than %d weeks are not scored anew at once", maxPoints)
	}
	var all []Told
	standing := map[string]Standing{}
	err := InTurn(ctx, len(instants), func(ctx context.Context, n int) (*Table, error) {
		return score(ctx, Question{At: instants[n], Accounts: family, Deck: deck})
	}, func(_ int, table *Table) error {
		if row, ok := table.Row(id); ok {
			all = append(all, table.Points(row, standing)...)
		}
		return nil
	})
	return all, err
}
