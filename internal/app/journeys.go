package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/store"
	pages "github.com/keepwell/keepwell/internal/web/journey"
)

var _ api.Journeys = journeys{}

// journeys is what pages and API ask about journeys: definitions of the store, where accounts are from facts.
type journeys struct {
	*App
	*store.Store
	metrics *metric.Service
}

// sinceDays is how far back it is looked since when an account meets a condition; metLife how long that is kept, as it is
// of whole days, unless it takes long to find out.
const (
	sinceDays = 60
	metLife   = 30 * time.Second
	metShare  = 20
	metKept   = 200
)

// meetings keeps who meets which condition, and who was in which stage, for as long as nobody of the team changes anything.
type meetings struct {
	one  chan struct{} // room for one who asks the lake
	mu   sync.Mutex
	of   *account.Book // the book that stays are of
	all  []journey.Stay
	met  map[string]meeting
	news int // grows when something was changed
}

type meeting struct {
	accounts map[string]time.Time
	at       time.Time
	cost     time.Duration
}

func newMeetings() *meetings {
	return &meetings{one: make(chan struct{}, 1), met: map[string]meeting{}}
}

// drop forgets everything: somebody has moved accounts.
func (m *meetings) drop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of, m.all, m.met = nil, nil, map[string]meeting{}
	m.news++
}

// alone lets one ask at a time: several parts of a page want the same.
func (m *meetings) alone(ctx context.Context, do func() error) error {
	select {
	case m.one <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-m.one }()
	return do()
}

// staysOf are the stays as of a book, read once for each.
func (j journeys) staysOf(ctx context.Context, book *account.Book) (all []journey.Stay, err error) {
	m := j.meetings
	err = m.alone(ctx, func() error {
		m.mu.Lock()
		same, kept, news := m.of == book, m.all, m.news
		m.mu.Unlock()
		if all = kept; same {
			return nil
		}
		if all, err = j.lake.Stays(ctx, j.now(), nil); err != nil {
			return err
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.news == news {
			m.of, m.all = book, all
		}
		return nil
	})
	return all, err
}

// meets are the accounts that meet a condition, since when.
func (j journeys) meets(ctx context.Context, condition string) (accounts map[string]time.Time, err error) {
	m := j.meetings
	err = m.alone(ctx, func() error {
		began := j.now()
		m.mu.Lock()
		kept, ok := m.met[condition]
		news := m.news
		m.mu.Unlock()
		if ok && began.Sub(kept.at) < max(metLife, metShare*kept.cost) {
			accounts = kept.accounts
			return nil
		}
		if accounts, err = j.metrics.SegmentSince(ctx, condition, sinceDays); err != nil {
			return err
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		if len(m.met) >= metKept {
			m.met = map[string]meeting{}
		}
		if m.news == news {
			m.met[condition] = meeting{accounts, began, j.now().Sub(began)}
		}
		return nil
	})
	return accounts, err
}

// Course is where the accounts that who asks may see are on a journey.
func (j journeys) Course(ctx context.Context, one *journey.Journey, ask journey.Ask) (*journey.Course, error) {
	all, err := j.books.Book(ctx)
	if err != nil {
		return nil, err
	}
	mine, err := customers{j.App, j.Store}.Book(ctx)
	if err != nil {
		return nil, err
	}
	within := func(segment string) (func(string) bool, error) {
		if strings.TrimSpace(segment) == "" {
			return func(string) bool { return true }, nil
		}
		in, err := j.books.members(ctx, segment)
		if !ask.AsOf.IsZero() {
			in, err = j.membersAsOf(ctx, segment, ask.AsOf)
		}
		return func(id string) bool { return in[id] }, err
	}
	var unread []journey.Unread
	takes, err := within(one.For)
	if unreadable(ctx, err) {
		unread = append(unread, journey.Unread{Condition: one.For, Why: fault.Reason(err)})
		takes = func(string) bool { return false }
	} else if err != nil {
		return nil, err
	}
	q := journey.Inquiry{At: j.now(), Met: map[string]map[string]time.Time{}}
	if q.Chosen, err = within(ask.Segment); err != nil {
		return nil, err
	}
	for _, s := range mine.All {
		if takes(s.ID) {
			q.Accounts = append(q.Accounts, s.ID)
		}
	}
	var stays []journey.Stay
	if !ask.AsOf.IsZero() {
		q.At = ask.AsOf
		stays, err = j.lake.Stays(ctx, q.At, &ask.AsOf)
	} else {
		if stays, err = j.staysOf(ctx, all); err != nil {
			return nil, err
		}
		var more []journey.Unread
		more, err = j.conditions(ctx, ask.Conditions, q.Met)
		unread = append(unread, more...)
	}
	if err != nil {
		return nil, err
	}
	c := one.Course(stays, q)
	c.Unread = unread
	return c, nil
}

// conditions finds who meets what; a condition that can't be asked any more is named and left out.
func (j journeys) conditions(ctx context.Context, all []string, met map[string]map[string]time.Time) (unread []journey.Unread, err error) {
	for _, condition := range all {
		if condition == "" || met[condition] != nil {
			continue
		}
		accounts, err := j.meets(ctx, condition)
		switch {
		case unreadable(ctx, err):
			unread = append(unread, journey.Unread{Condition: condition, Why: fault.Reason(err)})
		case err != nil:
			return nil, err
		default:
			met[condition] = accounts
		}
	}
	return unread, nil
}

// unreadable says that a condition is to blame for an error.
func unreadable(ctx context.Context, err error) bool {
	return err != nil && fault.KindOf(err) == fault.Invalid && ctx.Err() == nil
}

// Had are the accounts that meet a condition, such as that of a touchpoint.
func (j journeys) Had(ctx context.Context, condition string) (map[string]time.Time, error) {
	return j.meets(ctx, condition)
}

func (j journeys) membersAsOf(ctx context.Context, segment string, asOf time.Time) (map[string]bool, error) {
	ids, err := j.metrics.SegmentAccounts(ctx, segment, asOf.UTC().Format(time.RFC3339Nano))
	in := make(map[string]bool, len(ids))
	for _, id := range ids {
		in[id] = true
	}
	return in, err
}

// CheckJourney names what of a journey can't be used here.
func (j journeys) CheckJourney(ctx context.Context, one *journey.Journey) error {
	known := map[string]metric.Described{}
	for _, d := range j.metrics.Describe(i18n.EN) {
		known[d.ID] = d
	}
	return one.Check(journey.Knows{
		Measure: func(m journey.Measure) error {
			d, ok := known[m.Metric]
			switch {
			case !ok:
				return fmt.Errorf("there is no metric %q", m.Metric)
			case m.Variant != "" && !slices.Contains(d.Variants, m.Variant):
				return fmt.Errorf("%s has no variant %q", m.Metric, m.Variant)
			case m.Period != "" && !slices.Contains(board.Periods, m.Period):
				return fmt.Errorf("the period %q is none of %s", m.Period, strings.Join(board.Periods, ", "))
			case m.By != "" && !slices.Contains(d.Dimensions, m.By) && !strings.HasPrefix(m.By, "trait."):
				return fmt.Errorf("%s can't be broken down by %q", m.Metric, m.By)
			}
			return nil
		},
		Segment: func(text string) error {
			_, err := j.metrics.CheckSegment(ctx, text, nil)
			if problem := fault.Problem(err); err != nil && len(problem.Errors) > 0 {
				return errors.New(problem.Errors[0].Reason)
			}
			return err
		},
	})
}

// JourneyAdd keeps a new journey.
func (j journeys) JourneyAdd(ctx context.Context, one journey.Journey) (journey.Journey, error) {
	if err := j.CheckJourney(ctx, &one); err != nil {
		return one, err
	}
	return j.Store.JourneyAdd(ctx, one, j.now())
}

// JourneyChange keeps what change makes of a journey as its next version.
func (j journeys) JourneyChange(ctx context.Context, id string, version int, change func(*journey.Journey) error) (journey.Journey, error) {
	return j.Store.JourneyChange(ctx, id, version, j.now(), func(one *journey.Journey) error {
		if err := change(one); err != nil {
			return err
		}
		return j.CheckJourney(ctx, one)
	})
}

// JourneyRemove takes a journey away.
func (j journeys) JourneyRemove(ctx context.Context, id string) (journey.Journey, error) {
	return j.Store.JourneyRemove(ctx, id, j.now())
}

// mapped are journeys as pages ask about them: numbers and places through the API, so that they are held to the accounts
// of who asks.
type mapped struct {
	journeys
	api    *api.API
	memory *memory.Memory
}

var _ pages.Journeys = mapped{}

// PlaceOf is where an account is on the journey it takes.
func (m mapped) PlaceOf(ctx context.Context, id string) (*journey.Journey, *journey.Place, *journey.Course, error) {
	return m.api.PlaceOf(ctx, id)
}

// Numbers are those at the touchpoints of a stage.
func (m mapped) Numbers(ctx context.Context, one *journey.Journey, stage int, segment string, lang i18n.Lang) ([]pages.Number, error) {
	answers, err := memory.Remember(ctx, m.memory, seenBy(ctx, "journey numbers", one.ID, one.Version, stage, segment, lang), func(ctx context.Context) ([]api.TouchpointNumber, error) {
		return m.api.Numbers(ctx, one, stage, segment, lang)
	})
	all := make([]pages.Number, len(answers))
	for i, n := range answers {
		all[i] = pages.Number{Step: n.Step, Touchpoint: n.Touchpoint, Measure: n.Measure, Segment: n.Segment, Answer: n.Answer}
		if n.Problem != nil {
			all[i].Problem = n.Problem.Detail
			if len(n.Problem.Errors) > 0 {
				all[i].Problem = n.Problem.Errors[0].Reason
			}
		}
	}
	return all, err
}
