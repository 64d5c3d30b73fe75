package app

import (
	"context"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/store"
)

// fit holds what scorecards rest on to them: saved segments and metrics of one's own. Who changes one of them, or a
// scorecard, holds pulse.rests from the check to the change, or two changes that each bear the other's past could leave a
// scorecard unusable together.
type fit struct {
	metrics *metric.Service
	pulse   *pulse
}

// stays refuses what would leave a scorecard in force unusable that could be used till now; changed is the metrics as they
// would be, field what is changed.
func (f fit) stays(ctx context.Context, field string, changed metric.Service) error {
	deck, err := f.pulse.service.Deck(ctx, f.pulse.now())
	if err != nil {
		return err
	}
	was, is := &health.Service{Reader: f.metrics}, &health.Service{Reader: &changed}
	for _, card := range deck {
		if err := is.Check(ctx, card); err != nil && was.Check(ctx, card) == nil {
			return fault.New(fault.Conflict, "the scorecard %q rests on it and could not be used any more", card.ID).Mend("change that scorecard first").Because(field, err)
		}
	}
	return nil
}

// keptSegments are the saved segments; scorecards that rest on one keep working, and score anew when it changes.
type keptSegments struct {
	*store.Store
	fit
}

// with is the metrics among other saved segments.
func (k keptSegments) with(all []account.SavedSegment) metric.Service {
	changed := *k.metrics
	changed.Saved = func(context.Context) ([]account.SavedSegment, error) { return all, nil }
	return changed
}

// SegmentChange changes a segment.
func (k keptSegments) SegmentChange(ctx context.Context, idOrName string, change func(*account.SavedSegment) error) (account.SavedSegment, error) {
	k.pulse.rests.Lock()
	defer k.pulse.rests.Unlock()
	all, err := k.Segments(ctx)
	if err != nil {
		return account.SavedSegment{}, err
	}
	one, err := k.Store.SegmentChange(ctx, idOrName, func(s *account.SavedSegment) error {
		if err := change(s); err != nil {
			return err
		}
		others := slices.DeleteFunc(slices.Clone(all), func(other account.SavedSegment) bool { return other.ID == s.ID })
		return k.stays(ctx, "segment", k.with(append(others, *s)))
	})
	if err == nil {
		k.pulse.changed()
	}
	return one, err
}

// SegmentDelete takes a segment away.
func (k keptSegments) SegmentDelete(ctx context.Context, idOrName, by string, now time.Time) (account.SavedSegment, error) {
	k.pulse.rests.Lock()
	defer k.pulse.rests.Unlock()
	all, err := k.Segments(ctx)
	if err != nil {
		return account.SavedSegment{}, err
	}
	if one, ok := account.SegmentCalled(all, idOrName); ok && len(account.UsersOf(one.ID, all)) == 0 {
		left := slices.DeleteFunc(all, func(other account.SavedSegment) bool { return other.ID == one.ID })
		if err := k.stays(ctx, "segment", k.with(left)); err != nil {
			return account.SavedSegment{}, err
		}
	}
	return k.Store.SegmentDelete(ctx, idOrName, by, now)
}
