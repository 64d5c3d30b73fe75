package app

import (
	"context"
	"time"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/memory"
)

// Ends of movements: those of the past are hardly changed by facts that arrive late, and whoever comes back to them an hour
// later need not wait; what is said of the present is soon another.
const (
	endYoung = 5 * time.Minute
	endOld   = time.Hour
	endsKept = 48 // three things of each
	endsNow  = 20 * time.Second
)

// flowEnd is what accounts were worth at an instant, who had left, and where they were, as it was told or as today's
// scorecards see it.
type flowEnd struct {
	places health.Places
	worths health.Worths
	gone   map[string]bool
}

// HealthFlow is how accounts moved between bands. Without recomputed it goes by what was told; where nothing had been told
// yet at the beginning it is recomputed all the same, and says so.
func (s scoring) HealthFlow(ctx context.Context, from, to time.Time, aspect string, recomputed bool, mine func(id string) bool) (*health.Flow, error) {
	if !recomputed {
		told, err := s.toldAt(ctx, from, aspect)
		if err != nil {
			return nil, err
		}
		recomputed = len(told) == 0
	}
	ends := make([]flowEnd, 2)
	err := health.InTurn(ctx, 2, func(ctx context.Context, i int) (flowEnd, error) {
		return s.endAt(ctx, []time.Time{from, to}[i], aspect, recomputed)
	}, func(i int, end flowEnd) error { ends[i] = end; return nil })
	if err != nil {
		return nil, err
	}
	was, is := ends[0], ends[1]
	f := health.Moves(from, to, was.places.Without(was.gone), is.places.Without(is.gone), was.worths, is.worths, mine)
	f.Aspect, f.Recomputed = aspect, recomputed
	return f, nil
}

// endAt is one end.
func (s scoring) endAt(ctx context.Context, at time.Time, aspect string, recomputed bool) (end flowEnd, err error) {
	moment, now := memory.Key(at.UnixMicro()), s.now().Sub(at) < time.Minute
	if now {
		moment = memory.Key("now", at.Truncate(endsNow).Unix())
	}
	if end.gone, err = memory.Remember(ctx, s.ends, "gone"+moment, func(ctx context.Context) (map[string]bool, error) { return s.lake.Gone(ctx, at) }); err != nil {
		return end, err
	}
	if recomputed && !now {
		scored, err := s.scoredAt(ctx, at, moment, aspect)
		end.places, end.worths = scored.places, scored.worths
		return end, err
	}
	if end.worths, err = memory.Remember(ctx, s.ends, "worths"+moment, func(ctx context.Context) (health.Worths, error) { return s.service.Worths(ctx, at) }); err != nil {
		return end, err
	}
	switch {
	case recomputed:
		table, err := s.Health(ctx)
		if err != nil {
			return end, err
		}
		end.places = table.Places(aspect)
	case now:
		if end.places = s.lastPlaces(aspect); end.places == nil { // it could not be told last time
			end.places, err = s.lake.ToldAt(ctx, at, aspect)
		}
	default:
		end.places, err = s.toldAt(ctx, at, aspect)
	}
	return end, err
}

// toldAt are where accounts were in the past, as it was told.
func (s scoring) toldAt(ctx context.Context, at time.Time, aspect string) (health.Places, error) {
	return memory.Remember(ctx, s.ends, memory.Key("told", at.UnixMicro(), aspect), func(ctx context.Context) (health.Places, error) { return s.lake.ToldAt(ctx, at, aspect) })
}

// scoredAt are where accounts were in the past as today's scorecards see it, and what they were worth, of which these read the
// most already. Scorecards that the aspect does not rest on are left out.
func (s scoring) scoredAt(ctx context.Context, at time.Time, moment, aspect string) (flowEnd, error) {
	deck, err := s.service.Deck(ctx, s.now())
	if err != nil {
		return flowEnd{}, err
	}
	deck = deck.Only(aspect)
	parts := []any{"scored", aspect}
	for _, card := range deck {
		parts = append(parts, card.ID, card.Version)
	}
	return memory.Remember(ctx, s.ends, memory.Key(parts...)+moment, func(ctx context.Context) (flowEnd, error) {
		table, err := s.service.Table(ctx, health.Question{At: at, Deck: deck, Worths: true})
		if err != nil {
			return flowEnd{}, err
		}
		return flowEnd{places: table.Places(aspect), worths: table.Worths()}, nil
	})
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
