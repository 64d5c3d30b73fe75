package app

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/log"
	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/store"
)

// How soon scores follow facts: what came is looked for twice a second, and only accounts that were touched are scored
// anew. All are once scorecards change, at midnight, and, for what no fact of an account's own changes (a renewal comes
// nearer, an early membership arrives late), every scoringLife, but never so often that it takes more than a tenth of the time.
const (
	scoringPause = 400 * time.Millisecond
	scoringLife  = 10 * time.Minute
	scoringShare = 10
	// scoredAlone is the part of all accounts beyond which all are scored anew.
	scoredAlone = 5
	// fittingLife is how old a reading may be that a draft is tried on, fittingsKept how many are kept.
	fittingLife  = 5 * time.Minute
	fittingsKept = 300
)

// pulse keeps the scores of all accounts as they are now, and tells them as facts when they change.
type pulse struct {
	service *health.Service
	fitting *health.Fitting
	lake    *lake.Lake
	loaded  func() log.Position
	accept  func(ctx context.Context, facts []*fact.Fact) error
	now     func() time.Time
	zone    *time.Location
	report  func(error)
	wake    chan struct{} // room for one: scorecards or judgements have changed
	scored  func()        // told once there are scores; nobody may have been told of a change by then
	// stirred says that an account came into another band, or that scorecards or judgements changed, since somebody last
	// took note of it.
	stirred atomic.Bool

	mu    sync.Mutex
	table *health.Table
	told  health.Ledger
	turns int // how often the table was another
	err   error
	ready chan struct{} // closed once there is a table, or a reason why there is none

	ends *memory.Memory // of movements

	rests sync.Mutex // see fit

	// Only Run looks at these.
	at   log.Position
	seq  int64
	full time.Time
	cost time.Duration
}

func newPulse() *pulse {
	return &pulse{wake: make(chan struct{}, 1), ready: make(chan struct{})}
}

// openPulse makes what keeps scores.
func (a *App) openPulse(metrics *metric.Service) *pulse {
	p := newPulse()
	p.service = &health.Service{Reader: metrics, Keeper: a.store, Now: a.now}
	p.lake, p.now, p.zone = a.lake, a.now, a.settings.Zone
	p.loaded = func() log.Position { return a.loader.Health().Loaded }
	p.accept = func(ctx context.Context, facts []*fact.Fact) error {
		_, err := a.door.Accept(ctx, facts)
		return err
	}
	p.report = func(err error) { a.logger.Warn("the accounts can't be scored", "error", err) }
	keeping := func(rule memory.Rule) *memory.Memory { return memory.New(rule, p.now, p.loaded, p.report) }
	p.ends = keeping(memory.For(endYoung, endOld, endsKept))
	p.fitting = &health.Fitting{Service: p.service, Memory: keeping(memory.For(fittingLife, 0, fittingsKept))}
	p.scored = a.books.want
	return p
}

// Run follows facts until ctx ends.
func (p *pulse) Run(ctx context.Context) error {
	tick := time.NewTicker(scoringPause)
	defer tick.Stop()
	changed := true
	for {
		switch err := p.follow(ctx, changed); {
		case err == nil:
			changed = false
		case ctx.Err() == nil:
			p.fail(err)
		}
		select {
		case <-tick.C:
		case <-p.wake:
			changed = true
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *pulse) fail(err error) {
	p.report(err)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
	if p.table == nil {
		select {
		case <-p.ready:
		default:
			close(p.ready)
		}
	}
}

// trouble is why the scores that are shown could not be renewed.
func (p *pulse) trouble() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// changed says that scorecards, judgements, or what they rest on have changed.
func (p *pulse) changed() {
	p.fitting.Memory.Forget()
	p.ends.Forget()
	p.stirred.Store(true)
	select {
	case p.wake <- struct{}{}:
	default: // it is known
	}
}

func (p *pulse) follow(ctx context.Context, changed bool) error {
	at, now := p.loaded(), p.now().In(p.zone)
	table := p.current()
	old := now.Sub(p.full)
	whole := table == nil || changed || now.YearDay() != p.full.In(p.zone).YearDay() || old >= max(scoringLife, scoringShare*p.cost)
	if !whole && at == p.at {
		return nil
	}
	if !whole && len(table.Deck) == 0 { // nothing scores: what came is looked at when something does
		p.at = at
		return nil
	}
	touched, seq, err := p.lake.Touched(ctx, p.seq)
	if err != nil {
		return err
	}
	if !whole && len(touched) == 0 {
		p.at, p.seq = at, seq
		return nil
	}
	if !whole && len(touched)*scoredAlone > len(table.IDs) && old >= scoringShare*p.cost {
		whole = true
	}
	if whole {
		table, err = p.service.Table(ctx, health.Question{At: now})
		if err == nil {
			p.full, p.cost = now, p.now().Sub(now)
		}
	} else {
		table, err = p.service.Renewed(ctx, table, health.Question{At: now, Accounts: touched})
	}
	if err != nil {
		return err
	}
	p.at, p.seq = at, seq
	return p.publish(ctx, table)
}

// mark is another once scores are.
func (p *pulse) mark() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strconv.Itoa(p.turns)
}

func (p *pulse) current() *health.Table {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.table
}

// publish shows a table, and tells what has changed in it.
func (p *pulse) publish(ctx context.Context, table *health.Table) error {
	p.mu.Lock()
	told := p.told
	p.mu.Unlock()
	if told == nil {
		all, err := p.lake.LastTold(ctx)
		if err != nil {
			return err
		}
		told = health.Ledger{}
		told.Note(all...)
	}
	fresh, first := table.News(told), p.current() == nil
	if slices.ContainsFunc(fresh, func(t health.Told) bool { return t.Aspect == health.Global && t.Band != told[t.ID][t.Aspect].Band }) {
		p.stirred.Store(true)
	}
	p.mu.Lock()
	p.table, p.told, p.err = table, told, nil
	p.turns++
	told.Note(fresh...)
	select {
	case <-p.ready:
	default:
		close(p.ready)
	}
	p.mu.Unlock()
	if first {
		p.scored()
	}
	facts := make([]*fact.Fact, 0, len(fresh))
	for _, t := range fresh {
		f, err := toldFact(t, p.zone)
		if err != nil {
			return err
		}
		facts = append(facts, f)
	}
	for len(facts) > 0 {
		n := min(len(facts), demoLot)
		if err := p.accept(ctx, facts[:n]); err != nil { // what is not told yet is found by reading what was
			p.mu.Lock()
			p.told = nil
			p.mu.Unlock()
			return err
		}
		facts = facts[n:]
	}
	return nil
}

func toldFact(t health.Told, zone *time.Location) (*fact.Fact, error) {
	b := fact.NewBuilder(fact.Scores, ourSource, zone)
	b.At(t.At)
	text := func(name, value string) {
		if value != "" {
			b.Set(name, fact.Cell{Kind: fact.TextCell, Text: value})
		}
	}
	number := func(name string, x float64) {
		b.Set(name, fact.Cell{Kind: fact.NumberCell, Text: strconv.FormatFloat(x, 'f', -1, 64)})
	}
	text("account_id", t.ID)
	text("aspect", t.Aspect)
	text("band", string(t.Band))
	text("pending", string(t.Pending))
	if t.Scorecard != "" {
		text("scorecard", t.Scorecard)
		number("version", float64(t.Version))
	}
	if t.Score != nil {
		number("score", *t.Score)
		number("coverage", *t.Coverage)
	}
	if !t.PendingSince.IsZero() {
		text("pending_since", t.PendingSince.Format(time.RFC3339Nano))
	}
	if len(t.Groups) > 0 {
		raw, err := json.Marshal(t.Groups)
		if err != nil {
			return nil, err
		}
		b.Properties(raw)
	}
	f, refused := b.Finish()
	if f == nil {
		return nil, fault.New(fault.Internal, "a score can't be told: %v", refused)
	}
	return f, nil
}

// Health are the present scores, and what was told of each account last. It waits for the first ones.
func (p *pulse) Health(ctx context.Context) (*health.Table, error) {
	select {
	case <-p.ready:
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, ctx.Err(), "the scores are still being read").After(time.Second)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.table == nil {
		return nil, p.err
	}
	return p.table, nil
}

// stamp writes the present scores beside accounts, if there are some yet.
func (p *pulse) stamp(all []*account.Standing) {
	table := p.current()
	if table == nil {
		return
	}
	for _, s := range all {
		row, ok := table.Row(s.ID)
		if !ok || s.Left {
			continue
		}
		if s.Health = table.Whole(row).Score(); s.Health != nil {
			s.Band = string(table.Stands(row, p.LastTold))
		}
	}
}

// LastTold is what was told last of an account's aspect: its band as it is shown.
func (p *pulse) LastTold(id, aspect string) (health.Told, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t, ok := p.told[id][aspect]
	return t, ok
}

// scoring is health as API and pages ask for it.
type scoring struct {
	*pulse
	*store.Store
	metrics *metric.Service
}

var _ api.Health = scoring{}

// HealthAt are scores at another instant.
func (s scoring) HealthAt(ctx context.Context, q health.Question) (*health.Table, error) {
	return s.service.Table(ctx, q)
}

// ToldOf is what was told of an account before an instant.
func (s scoring) ToldOf(ctx context.Context, id string, before time.Time, asOf *time.Time) ([]health.Told, error) {
	return s.lake.ToldOf(ctx, id, before, asOf)
}

// HealthChange splits the change of a score.
func (s scoring) HealthChange(ctx context.Context, q health.ChangeAsk) (health.Change, error) {
	q, err := s.family(ctx, q)
	if err != nil {
		return health.Change{}, err
	}
	return s.service.Change(ctx, q)
}

// family names the accounts that count to the one that is asked about.
func (s scoring) family(ctx context.Context, q health.ChangeAsk) (health.ChangeAsk, error) {
	table, err := s.Health(ctx)
	if err != nil {
		return q, err
	}
	row, ok := table.Row(q.ID)
	if !ok {
		return q, fault.New(fault.NotFound, "nothing is known of this account")
	}
	q.Family = table.Family(row)
	return q, nil
}

// Preview scores all accounts by a draft.
func (s scoring) Preview(ctx context.Context, draft health.Scorecard, at time.Time, mine func(id string) bool, limit int) (*health.Preview, *health.Table, error) {
	return s.fitting.Preview(ctx, s.current(), draft, at, mine, limit)
}

// Check says all that is wrong with a scorecard.
func (s scoring) Check(ctx context.Context, card *health.Scorecard) error {
	return s.service.Check(ctx, card)
}

// CheckReading says what of a reading can't be read.
func (s scoring) CheckReading(r metric.Reading, bad func(field, reason string, args ...any)) {
	s.metrics.CheckReading(r, bad)
}

// Range is what accounts have of a reading.
func (s scoring) Range(ctx context.Context, r metric.Reading, at time.Time, mine func(id string) bool) (health.Range, error) {
	return s.fitting.Range(ctx, s.current(), r, at, mine)
}

// Unit is what a reading is counted in.
func (s scoring) Unit(r metric.Reading) metric.Unit { return s.metrics.Unit(r) }

// ScorecardPut keeps a scorecard that can be used; scores follow at once.
func (s scoring) ScorecardPut(ctx context.Context, card health.Scorecard, version int64, now time.Time) (health.Scorecard, error) {
	s.rests.Lock()
	defer s.rests.Unlock()
	if err := s.Check(ctx, &card); err != nil { // what it rests on may have changed since the edge looked
		return card, err
	}
	defer s.changed()
	return s.Store.ScorecardPut(ctx, card, version, now)
}

// ScorecardRemove takes a scorecard out of force.
func (s scoring) ScorecardRemove(ctx context.Context, id string, now time.Time) error {
	defer s.changed()
	return s.Store.ScorecardRemove(ctx, id, now)
}

// JudgementAdd keeps a judgement.
func (s scoring) JudgementAdd(ctx context.Context, j health.Judgement) (health.Judgement, error) {
	defer s.changed()
	return s.Store.JudgementAdd(ctx, j)
}
