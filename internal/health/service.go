package health

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/metric"
)

// Reader reads accounts; *metric.Service does.
type Reader interface {
	Read(ctx context.Context, a metric.ReadingAsk) (*metric.Read, error)
	CheckReading(r metric.Reading, bad func(field, reason string, args ...any))
	CheckSegment(ctx context.Context, text string, tree json.RawMessage) (account.Segment, error)
	// SegmentMetrics are the metrics that a segment asks for, also by way of saved segments.
	SegmentMetrics(ctx context.Context, text string) ([]string, error)
}

// Keeper keeps definitions and judgements with all that they were.
type Keeper interface {
	// Scorecards are all versions of all scorecards.
	Scorecards(ctx context.Context) ([]Scorecard, error)
	Judgements(ctx context.Context) ([]Judgement, error)
}

// Service answers questions about health.
type Service struct {
	Reader Reader
	Keeper Keeper
	Now    func() time.Time
}

// Deck is the scorecards in force at an instant.
func (s *Service) Deck(ctx context.Context, at time.Time) (Deck, error) {
	all, err := s.Keeper.Scorecards(ctx)
	if err != nil {
		return nil, err
	}
	return InForce(all, at), nil
}

// Question asks for the scores of accounts at an instant.
type Question struct {
	At time.Time
	// Known hides what was received later than At, and who is who as was known only later.
	Known bool
	// Along takes history that a source brought along by its own dates, also with Known.
	Along bool
	// Deck are the scorecards; nil: those in force now.
	Deck Deck
	// Accounts narrows to some; nil: all. Trees are then cut off, and scorecards that none of them is given may be missing.
	Accounts []account.Account
	// Worths has recurring values read too, for Table.Worths; of all accounts only.
	Worths bool

	keep []string // ids of scorecards that it has as well
}

// Table scores accounts. Nothing that happened at or after the instant counts.
func (s *Service) Table(ctx context.Context, q Question) (*Table, error) {
	tables, err := s.tables(ctx, q, q.Deck)
	if err != nil {
		return nil, err
	}
	return tables[0], nil
}

// tables reads accounts once and scores them by each deck.
func (s *Service) tables(ctx context.Context, q Question, decks ...Deck) ([]*Table, error) {
	for i := range decks {
		if decks[i] == nil {
			var err error
			if decks[i], err = s.Deck(ctx, s.Now()); err != nil {
				return nil, err
			}
		}
	}
	all, err := s.Keeper.Judgements(ctx)
	if err != nil {
		return nil, err
	}
	var n *needs
	var read *metric.Read
	given := decks
	if q.Accounts == nil || !slices.ContainsFunc(decks, Deck.rivals) {
		n = needsOf(decks...)
		if q.Worths {
			n.read(valueOf)
		}
		read, err = s.read(ctx, q, n.readings, n.segments)
	} else {
		given, n, read, err = s.some(ctx, q, decks)
	}
	if err != nil {
		return nil, fmt.Errorf("reading what scorecards look at: %w", err)
	}
	held := judgedAt(all, q.At)
	tables := make([]*Table, len(decks))
	for i, d := range given {
		tables[i] = newTable(decks[i].aspects(), d, read, n, held)
	}
	return tables, nil
}

func (s *Service) read(ctx context.Context, q Question, readings []metric.Reading, segments []string) (*metric.Read, error) {
	return s.Reader.Read(ctx, metric.ReadingAsk{At: q.At, Known: q.Known, Along: q.Along, Readings: readings, Segments: segments, Accounts: q.Accounts})
}

// some reads some accounts: first what says which scorecards they are given, then what these look at. The decks that it
// gives are without the others.
func (s *Service) some(ctx context.Context, q Question, decks []Deck) ([]Deck, *needs, *metric.Read, error) {
	n := newNeeds()
	for _, d := range decks {
		for _, card := range d {
			n.segment(card.Segment)
		}
	}
	first, err := s.read(ctx, q, n.readings, n.segments)
	if err != nil {
		return nil, nil, nil, err
	}
	kept := map[string]bool{}
	for _, id := range q.keep {
		kept[id] = true
	}
	for _, d := range decks {
		t := &Table{read: first, needs: n}
		for row := range first.IDs {
			t.given(d, row, func(card *Scorecard, _ error) { kept[card.ID] = true })
		}
	}
	given := make([]Deck, len(decks))
	for i, d := range decks {
		given[i] = slices.DeleteFunc(slices.Clone(d), func(card *Scorecard) bool { return !kept[card.ID] })
	}
	readings, segments := len(n.readings), len(n.segments)
	n.add(given...)
	if len(n.readings) == readings && len(n.segments) == segments {
		return given, n, first, nil
	}
	rest, err := s.read(ctx, q, n.readings[readings:], n.segments[segments:])
	if err == nil && !slices.Equal(rest.Accounts, first.Accounts) { // somebody came between the two
		first, err = s.read(ctx, q, n.readings, n.segments)
		return given, n, first, err
	} else if err != nil {
		return nil, nil, nil, err
	}
	rest.Columns, rest.Members, rest.Unread = append(first.Columns, rest.Columns...), append(first.Members, rest.Members...), append(first.Unread, rest.Unread...)
	return given, n, rest, nil
}

// ChangeAsk asks what changed the score of an account between two instants.
type ChangeAsk struct {
	ID, Aspect string
	From, To   time.Time
	// Known leaves out at each instant what was received later.
	Known bool
	// Today scores both ends by the scorecards in force now, rather than by those of each instant.
	Today bool
	// Family is the account and those below it, which count to it.
	Family []account.Account
}

// Change splits the change of one account's score of an aspect between two instants.
func (s *Service) Change(ctx context.Context, q ChangeAsk) (Change, error) {
	versions, err := s.Keeper.Scorecards(ctx)
	if err != nil {
		return Change{}, err
	}
	then, now := InForce(versions, q.From), InForce(versions, q.To)
	if q.Today {
		then = InForce(versions, s.Now())
		now = then
	}
	if len(then) == 0 { // scorecards are younger than the question: what they say of the past
		then = now
	}
	then, now = then.Only(q.Aspect), now.Only(q.Aspect)
	late, err := s.tables(ctx, Question{At: q.To, Known: q.Known, Accounts: q.Family}, now)
	if err != nil {
		return Change{}, err
	}
	ask := Question{At: q.From, Known: q.Known, Accounts: q.Family}
	for _, card := range late[0].Deck {
		ask.keep = append(ask.keep, card.ID)
	}
	early, err := s.tables(ctx, ask, then, now)
	if err != nil {
		return Change{}, err
	}
	return Split(early[0], early[1], late[0], q.ID, q.Aspect)
}

// Split is as Explain, with a fault.NotFound where there is no score at either end.
func Split(earlier, renewed, later *Table, id, aspect string) (Change, error) {
	c, ok := Explain(earlier, renewed, later, id, aspect)
	if !ok {
		return c, fault.New(fault.NotFound, "there is no change to explain: at one of the instants the account had no score of %q", clip(aspect)).
			Mend("ask from a later day on, or see why there is no score")
	}
	return c, nil
}

// Past is the scores of all accounts by one scorecard at one instant, with what its measures had: what a backtest needs.
type Past struct {
	At       time.Time
	Accounts []account.Account
	IDs      []string
	// Scores and Coverage are by account, NaN where there is none. Gets says who would have had the scorecard.
	Scores, Coverage []float64
	Gets             []bool
	// Values and Points are, for each measure in the order of the scorecard, what was read (NaN: not known) and the score
	// that it gave (NaN: it did not count).
	Values, Points [][]float64
}

// Past scores all accounts by each of some scorecards, also drafts, at each of some instants, and hands them on
// in their order. Only what happened before an instant counts, and of that what was known then: history that a source
// brought along counts by its own dates. Judgements count as they stood then.
func (s *Service) Past(ctx context.Context, cards []Scorecard, at []time.Time, use func(instant int, by []*Past) error) error {
	decks := make([]Deck, len(cards))
	for i := range cards {
		decks[i] = Shuffled(cards[i : i+1])
	}
	return InTurn(ctx, len(at), func(ctx context.Context, n int) ([]*Past, error) {
		tables, err := s.tables(ctx, Question{At: at[n], Known: true, Along: true}, decks...)
		if err != nil {
			return nil, err
		}
		by := make([]*Past, len(tables))
		for i, t := range tables {
			if why := t.unread(cards[i].Segment); why != nil {
				return nil, fault.New(fault.Invalid, "whom the scorecard %q is for can't be told", cards[i].ID).Because("segment", why)
			}
			by[i] = t.past()
		}
		return by, nil
	}, use)
}
