package health

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/metric"
)

// Deck is the scorecards in force at an instant, in the order in which accounts are given one: by aspect, the highest
// priority first, then by id.
type Deck []*Scorecard

// Shuffled puts scorecards in that order.
func Shuffled(cards []Scorecard) Deck {
	d := make(Deck, len(cards))
	for i := range cards {
		d[i] = &cards[i]
	}
	slices.SortStableFunc(d, func(a, b *Scorecard) int {
		return cmp.Or(cmp.Compare(a.aspect(), b.aspect()), cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.ID, b.ID))
	})
	return d
}

// InForce are, of all versions, those that were in force just before an instant.
func InForce(versions []Scorecard, at time.Time) Deck {
	var held []Scorecard
	for _, s := range versions {
		if s.Changed.Before(at) && (s.Until.IsZero() || !s.Until.Before(at)) {
			held = append(held, s)
		}
	}
	return Shuffled(held)
}

// Cards are its scorecards by themselves.
func (d Deck) Cards() []Scorecard {
	all := make([]Scorecard, len(d))
	for i, s := range d {
		all[i] = *s
	}
	return all
}

// With is the deck with one scorecard put in the place of that with its id, or added.
func (d Deck) With(one Scorecard) Deck {
	cards := []Scorecard{one}
	for _, s := range d {
		if s.ID != one.ID {
			cards = append(cards, *s)
		}
	}
	return Shuffled(cards)
}

// Only are the scorecards that a score of one aspect rests on; for global health those of all aspects that count in it, for
// an aspect that none has all. It is never nil, which would mean those in force.
func (d Deck) Only(aspect string) Deck {
	counts := map[string]bool{aspect: true}
	for _, s := range d {
		if aspect == Global && s.share() > 0 {
			counts[s.aspect()] = true
		}
	}
	some := slices.DeleteFunc(append(Deck{}, d...), func(s *Scorecard) bool { return !counts[s.aspect()] })
	if len(some) == 0 && aspect != Global {
		return append(some, d...)
	}
	return some
}

// aspects are those of its scorecards, in their order.
func (d Deck) aspects() []string {
	var all []string
	for _, s := range d {
		if len(all) == 0 || all[len(all)-1] != s.aspect() {
			all = append(all, s.aspect())
		}
	}
	return all
}

// rivals says that accounts may be given one or another of its scorecards for the same aspect.
func (d Deck) rivals() bool { return len(d.aspects()) < len(d) }

// Get is the scorecard with an id; nil when there is none.
func (d Deck) Get(id string) *Scorecard {
	for _, s := range d {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// The traits that every scoring reads.
var (
	planOf    = metric.Reading{Trait: "plan"}
	stageOf   = metric.Reading{Trait: "stage"}
	createdOf = metric.Reading{Trait: "created_at"}
	parentOf  = metric.Reading{Trait: "parent_account_id"}
	byHand    = metric.Reading{Trait: "health_override"}
	valueOf   = metric.Reading{Metric: "mrr", Window: "1 day"}
)

// needs is what is read for some scorecards: each reading and each segment once.
type needs struct {
	readings []metric.Reading
	segments []string
	place    map[string]int
	member   map[string]int
}

func readingKey(r metric.Reading) string { return fmt.Sprintf("%#v", r) }

func (n *needs) read(r metric.Reading) {
	if _, ok := n.place[readingKey(r)]; !ok {
		n.place[readingKey(r)] = len(n.readings)
		n.readings = append(n.readings, r)
	}
}

func (n *needs) segment(text string) {
	if _, ok := n.member[text]; !ok && text != "" {
		n.member[text] = len(n.segments)
		n.segments = append(n.segments, text)
	}
}

// newNeeds are what is read whatever the scorecards are.
func newNeeds() *needs {
	n := &needs{place: map[string]int{}, member: map[string]int{}}
	for _, r := range []metric.Reading{planOf, stageOf, createdOf, parentOf, byHand} {
		n.read(r)
	}
	return n
}

// needsOf are what decks need together.
func needsOf(decks ...Deck) *needs {
	n := newNeeds()
	n.add(decks...)
	return n
}

func (n *needs) add(decks ...Deck) {
	for _, d := range decks {
		for _, s := range d {
			n.segment(s.Segment)
			if s.Tree == ByValue {
				n.read(valueOf)
			}
			for _, c := range s.Caps {
				n.segment(c.Segment)
			}
			s.Each(func(_ *ScoreGroup, m *Measure) {
				if !m.Judged {
					n.read(m.reading())
				}
				for _, l := range m.Limits {
					n.segment(l.When.Segment)
				}
			})
		}
	}
}
