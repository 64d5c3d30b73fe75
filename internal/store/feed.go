package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/feed"
)

// VerdictsKept is how many verdicts are kept, the newest.
const VerdictsKept = 200

// SightingsAdd adds what was heard since the last time.
func (s *Store) SightingsAdd(ctx context.Context, seen []feed.Sighting) error {
	// In one order, so two servers do not wait for each other's rows.
	seen = slices.SortedFunc(slices.Values(seen), func(a, b feed.Sighting) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Kind, b.Kind))
	})
	return s.change(ctx, "noting what feeds sent", func(q session) error {
		for _, one := range seen {
			if _, err := q.exec(ctx, "sighting_add", clean(one.Source), clean(one.Kind), micros(one.First), micros(one.Last), one.Count, clean(one.Verdict), one.LongestGap.Microseconds()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sightings are all there were, by source and kind.
func (s *Store) Sightings(ctx context.Context) (all []feed.Sighting, err error) {
	err = s.look(ctx, "reading what feeds sent", func(q session) (err error) {
		all, err = list(ctx, q, func(row scanner) (one feed.Sighting, err error) {
			var first, last sql.NullInt64
			var gap int64
			err = row.Scan(&one.Source, &one.Kind, &first, &last, &one.Count, &one.Verdict, &gap)
			one.First, one.Last, one.LongestGap = instant(first), instant(last), time.Duration(gap)*time.Microsecond
			return one, err
		}, "sighting_list")
		return err
	})
	return all, err
}

// VerdictsAdd keeps verdicts, the oldest first, and drops all but the newest VerdictsKept.
func (s *Store) VerdictsAdd(ctx context.Context, verdicts []feed.Verdict) error {
	if more := len(verdicts) - VerdictsKept; more > 0 {
		verdicts = verdicts[more:]
	}
	return s.change(ctx, "noting verdicts", func(q session) error {
		for i, v := range verdicts {
			if _, err := q.exec(ctx, "verdict_insert", newID(), micros(v.When), i, clean(v.Source), clean(v.Kind),
				clean(v.Subject), clean(v.Verdict), clean(v.Reason)); err != nil {
				return err
			}
		}
		_, err := q.exec(ctx, "verdict_trim", VerdictsKept)
		return err
	})
}

// Verdicts are the newest, the newest first.
func (s *Store) Verdicts(ctx context.Context, limit int) (all []feed.Verdict, err error) {
	err = s.look(ctx, "reading verdicts", func(q session) (err error) {
		all, err = list(ctx, q, func(row scanner) (v feed.Verdict, err error) {
			var when sql.NullInt64
			err = row.Scan(&when, &v.Source, &v.Kind, &v.Subject, &v.Verdict, &v.Reason)
			v.When = instant(when)
			return v, err
		}, "verdict_recent", max(limit, 0))
		return err
	})
	return all, err
}
