package app

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/health"
)

// endsKept is how many ends of movements are remembered, endLife how long: facts of the past arrive late. What is said of the
// present is soon another.
const (
	endsKept = 16
	endLife  = 5 * time.Minute
	endsNow  = 20 * time.Second
)

// flowEnds are the ends of movements that were asked for lately, by the instant and what else they rest on.
type flowEnds struct {
	mu   sync.Mutex
	kept map[string]flowEnd
}

// flowEnd is what accounts were worth at an instant, who had left, and where they were, as it was told or as today's
// scorecards see it.
type flowEnd struct {
	places health.Places
	worths health.Worths
	gone   map[string]bool
	since  time.Time
}

// HealthFlow is how accounts moved between bands. Without recomputed it goes by what was told; where nothing had been told
// yet at the beginning it is recomputed all the same, and says so.
func (s scoring) HealthFlow(ctx context.Context, from, to time.Time, aspect string, recomputed bool, mine func(id string) bool) (*health.Flow, error) {
	ends, err := s.endsOf(ctx, []time.Time{from, to}, aspect, recomputed)
	if err == nil && !recomputed && len(ends[0].places) == 0 {
		recomputed = true
		ends, err = s.endsOf(ctx, []time.Time{from, to}, aspect, recomputed)
	}
	if err != nil {
		return nil, err
	}
	was, is := ends[0], ends[1]
	f := health.Moves(from, to, was.places.Without(was.gone), is.places.Without(is.gone), was.worths, is.worths, mine)
	f.Aspect, f.Recomputed = aspect, recomputed
	return f, nil
}

// endsOf reads both ends at once.
func (s scoring) endsOf(ctx context.Context, at []time.Time, aspect string, recomputed bool) ([]flowEnd, error) {
	deck, err := s.service.Deck(ctx, s.now())
	if err != nil {
		return nil, err
	}
	by := aspect
	for _, card := range deck {
		if recomputed {
			by += " " + card.ID + strconv.FormatInt(card.Version, 10)
		}
	}
	ends := make([]flowEnd, len(at))
	err = health.InTurn(ctx, len(at), func(ctx context.Context, i int) (end flowEnd, err error) {
		if end, err = s.endAt(ctx, at[i]); err == nil {
			end.places, err = s.placesAt(ctx, at[i], by, aspect, deck, recomputed)
		}
		return end, err
	}, func(i int, end flowEnd) error { ends[i] = end; return nil })
	return ends, err
}

// endAt is an end without where accounts were.
func (s scoring) endAt(ctx context.Context, at time.Time) (flowEnd, error) {
	key, life := at.UTC().Format(time.RFC3339Nano), endLife
	if s.now().Sub(at) < time.Minute {
		key, life = "now", endsNow
	}
	return s.ends.remember(key, s.now(), life, func() (end flowEnd, err error) {
		if end.gone, err = s.lake.Gone(ctx, at); err == nil {
			end.worths, err = s.service.Worths(ctx, at)
		}
		return end, err
	})
}

// placesAt are where accounts were at an instant; near to now, where they are.
func (s scoring) placesAt(ctx context.Context, at time.Time, by, aspect string, deck health.Deck, recomputed bool) (health.Places, error) {
	if s.now().Sub(at) < time.Minute {
		table, err := s.Health(ctx)
		if err != nil {
			return nil, err
		}
		if recomputed {
			return table.Places(aspect), nil
		}
		if places := s.lastPlaces(aspect); places != nil {
			return places, nil
		}
		return s.lake.ToldAt(ctx, at, aspect) // it could not be told last time
	}
	end, err := s.ends.remember(at.UTC().Format(time.RFC3339Nano)+" "+by, s.now(), endLife, func() (end flowEnd, err error) {
		if !recomputed {
			end.places, err = s.lake.ToldAt(ctx, at, aspect)
			return end, err
		}
		table, err := s.service.Table(ctx, health.Question{At: at, Deck: deck})
		if err == nil {
			end.places = table.Places(aspect)
		}
		return end, err
	})
	return end.places, err
}

// lastPlaces are where accounts are as it was told last; nil where that is to be read anew.
func (p *pulse) lastPlaces(aspect string) health.Places {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told == nil {
		return nil
	}
	places := health.Places{}
	for id, told := range p.told {
		if t, ok := told[aspect]; ok && t.Score != nil {
			places[id] = health.Place{Score: t.Score, Band: t.Band}
		}
	}
	return places
}

// forget drops all: something that they rest on has changed.
func (e *flowEnds) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.kept = nil
}

// remember gives what was found for a key and is young enough, or finds it.
func (e *flowEnds) remember(key string, now time.Time, life time.Duration, find func() (flowEnd, error)) (flowEnd, error) {
	e.mu.Lock()
	kept, ok := e.kept[key]
	e.mu.Unlock()
	if ok && now.Sub(kept.since) < life {
		return kept, nil
	}
	end, err := find()
	if err != nil {
		return end, err
	}
	end.since = now
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.kept == nil || len(e.kept) >= endsKept {
		e.kept = map[string]flowEnd{}
	}
	e.kept[key] = end
	return end, nil
}
