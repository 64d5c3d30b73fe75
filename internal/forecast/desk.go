package forecast

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Keeper keeps models with the instant each was made.
type Keeper interface {
	// ForecastModel is the latest that is kept; id is empty when there is none.
	ForecastModel(ctx context.Context) (id string, raw []byte, err error)
	ForecastModelAdd(ctx context.Context, made time.Time, raw []byte) (id string, err error)
	// Setting reads what SettingPut keeps.
	Setting(ctx context.Context, name string, into any) (bool, error)
	SettingPut(ctx context.Context, name string, value any) error
}

// lessonsSetting is what lessons are kept under: reading the whole history is most of the work, and it only changes by the day.
const lessonsSetting = "forecast_lessons"

// How many accounts are learned from, over how many months back; how often it is looked whether anything is due, and how old
// what is told may get: so many times what it took, and no younger than freshFor. What was refused is tried again sooner.
const (
	sampled      = 3000
	historyMonth = 26
	lookEvery    = 10 * time.Minute
	freshFor     = 15 * time.Minute
	refusedFor   = 30 * time.Second
	costShare    = 20
)

// Desk has what is foretold today at hand: it learns a model each month and whenever it is told to, and applies it every day.
type Desk struct {
	Reader Reader
	Keeper Keeper
	Report func(error)
	// Tell is told what every reading of the history found to be relevant, and when; nil: nobody asks.
	Tell func(ctx context.Context, at time.Time, found []Relevance) error

	wanted chan struct{} // room for one
	mu     sync.Mutex
	now    *Present
	cost   time.Duration
	learn  bool          // a new model is asked for
	moved  chan struct{} // closed and renewed when there is something new
}

// NewDesk is a desk whose Run is still to be called.
func NewDesk(r Reader, k Keeper, report func(error)) *Desk {
	return &Desk{Reader: r, Keeper: k, Report: report, wanted: make(chan struct{}, 1), moved: make(chan struct{})}
}

// Present is what is foretold as of the last midnight.
type Present struct {
	Made time.Time
	// Model is nil, and Why says why, where no risk can be foretold.
	Model *Model
	Why   error
	// Risks are of all accounts that pay, the highest within three months first.
	Risks      []Risk
	Leaving    []Leaving
	Outlook    *Outlook
	Relevances []Relevance
	Currency   string
}

// Leaving is an account whose end is known.
type Leaving struct {
	ID  string     `json:"account_id"`
	At  *time.Time `json:"leaves_at" doc:"When it stops paying, where that is told"`
	MRR float64    `json:"mrr"`
}

// Run keeps what is foretold current until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-d.wanted:
		case <-tick.C:
		}
		if !d.due() {
			continue
		}
		began := time.Now()
		p, err := d.make(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			d.Report(fmt.Errorf("foretelling: %w", err))
			p = &Present{Made: d.Reader.Metrics.Now(), Why: err}
		}
		d.mu.Lock()
		d.now, d.cost = p, time.Since(began)
		close(d.moved)
		d.moved = make(chan struct{})
		d.mu.Unlock()
	}
}

// Made is when what is foretold now was made; zero before anything was.
func (d *Desk) Made() (at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.now != nil {
		at = d.now.Made
	}
	return at
}

// due says whether anything is to be made anew.
func (d *Desk) due() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.learn || d.stale()
}

// stale says that what is there is too old. Callers hold mu.
func (d *Desk) stale() bool {
	if d.now == nil {
		return true
	}
	fresh := max(freshFor, costShare*d.cost)
	if d.now.Why != nil {
		fresh = max(refusedFor, costShare*d.cost)
	}
	return d.Reader.Metrics.Now().Sub(d.now.Made) >= fresh
}

// Present is what is foretold. The first time it waits for it: a fault.Unavailable when ctx ends before; afterwards it is
// renewed behind the reader's back.
func (d *Desk) Present(ctx context.Context) (*Present, error) {
	for {
		d.mu.Lock()
		p, moved := d.now, d.moved
		if p == nil || d.stale() {
			d.want()
		}
		d.mu.Unlock()
		if p != nil {
			return p, nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return nil, fault.New(fault.Unavailable, "risks are being learned from the history").Mend("ask again in a moment").After(10 * time.Second)
		}
	}
}

func (d *Desk) want() {
	select {
	case d.wanted <- struct{}{}:
	default: // is wanted already
	}
}

// Learn asks for a new model, made in the background.
func (d *Desk) Learn() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.learn = true
	d.want()
}

// make reads, learns where that is due, and foretells. A panic is an error.
func (d *Desk) make(ctx context.Context) (p *Present, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	d.mu.Lock()
	learn := d.learn
	d.learn = false
	d.mu.Unlock()
	now := d.Reader.Metrics.Now()
	p = &Present{Made: now}
	of, err := d.Reader.SampleOf(ctx, sampled)
	if err != nil {
		return nil, err
	}
	lessons, other, err := d.kept(ctx, p, of)
	if err == nil && (lessons == nil || learn) {
		lessons, err = d.study(ctx, p, of, learn || other)
	}
	if err != nil || p.Model == nil {
		return p, err
	}
	return p, d.foretell(ctx, p, lessons)
}

// kept are today's lessons where they were learned already, perhaps before a restart, with their model; nil where they are not.
// other says that they were of another company: many accounts have come or gone since.
func (d *Desk) kept(ctx context.Context, p *Present, of Sample) (lessons *Lessons, other bool, err error) {
	var l Lessons
	there, err := d.Keeper.Setting(ctx, lessonsSetting, &l)
	if err != nil || !there {
		return nil, false, err
	}
	if other = max(l.Paid-of.Paid, of.Paid-l.Paid) > l.Paid/otherShare; other || d.day(l.Made) != d.day(p.Made) {
		return nil, other, nil
	}
	id, raw, err := d.Keeper.ForecastModel(ctx)
	if err != nil || id == "" || id != l.Model {
		return nil, false, err
	}
	m, err := ReadModel(id, raw)
	if err != nil { // of another release
		d.Report(err)
		return nil, true, nil
	}
	p.Model, p.Relevances, p.Currency = m, l.Relevances, l.Currency
	return &l, false, nil
}

// otherShare is the part of accounts that must have come or gone for what was learned to be of another company.
const otherShare = 5

func (d *Desk) day(t time.Time) string { return t.In(d.Reader.Metrics.Zone).Format(time.DateOnly) }

// study reads the whole history. Where it teaches too little for a model, it says why in p and gives nothing.
func (d *Desk) study(ctx context.Context, p *Present, of Sample, learn bool) (*Lessons, error) {
	history, err := d.Reader.Panel(ctx, Months(p.Made, d.Reader.Metrics.Zone, historyMonth), of)
	if err != nil {
		return nil, err
	}
	if p.Model, err = d.model(ctx, history, of, learn); fault.KindOf(err) == fault.Conflict {
		p.Why, p.Relevances, p.Currency = err, Relevances(history), history.Currency
		d.tell(ctx, p)
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	l, err := p.Model.Lessons(history)
	if err != nil {
		return nil, err
	}
	l.Paid = of.Paid
	p.Relevances, p.Currency = l.Relevances, l.Currency
	if err := d.Keeper.SettingPut(ctx, lessonsSetting, l); err != nil {
		d.Report(fmt.Errorf("keeping what was learned: %w", err)) // it is learned again after a restart
	}
	d.tell(ctx, p)
	return l, nil
}

// tell passes on what was found to be relevant. What can't be told stands in what is foretold all the same.
func (d *Desk) tell(ctx context.Context, p *Present) {
	if d.Tell == nil || len(p.Relevances) == 0 {
		return
	}
	if err := d.Tell(ctx, p.Made, p.Relevances); err != nil {
		d.Report(fmt.Errorf("telling what foretells: %w", err))
	}
}

func (d *Desk) foretell(ctx context.Context, p *Present, lessons *Lessons) error {
	ends := Months(p.Made, d.Reader.Metrics.Zone, 1)
	today, err := d.Reader.Panel(ctx, ends[len(ends)-1:], Sample{})
	if err != nil {
		return err
	}
	ids, err := d.Reader.IDs(ctx, nil)
	if err != nil {
		return err
	}
	if p.Outlook, err = p.Model.Look(lessons, today); err != nil {
		return err
	}
	for i := range p.Outlook.Accounts {
		p.Outlook.Accounts[i].ID = ids[p.Outlook.Accounts[i].Account]
	}
	if p.Risks, err = p.Model.Risks(today, 0); err != nil {
		return err
	}
	for i := range p.Risks {
		p.Risks[i].ID = ids[p.Risks[i].Account]
	}
	slices.SortStableFunc(p.Risks, func(a, b Risk) int { return cmpFloat(b.Quarter, a.Quarter) })
	for _, r := range today.Leaving {
		l := Leaving{ID: ids[r.Account], MRR: r.MRR()}
		if at := r.Left; !at.IsZero() {
			l.At = &at
		}
		p.Leaving = append(p.Leaving, l)
	}
	return nil
}

// model is the one kept, or a new one when a month began since it was made or one is asked for.
func (d *Desk) model(ctx context.Context, history *Panel, of Sample, learn bool) (*Model, error) {
	id, raw, err := d.Keeper.ForecastModel(ctx)
	if err != nil {
		return nil, err
	}
	if id != "" && !learn {
		m, err := ReadModel(id, raw)
		switch {
		case err != nil:
			d.Report(err) // of another release: a new one is learned
		case m.Card.Made.In(d.Reader.Metrics.Zone).Format("2006-01") == history.Until.In(d.Reader.Metrics.Zone).Format("2006-01"):
			return m, nil
		}
	}
	m, err := Train(history, of)
	if err != nil {
		return nil, err
	}
	if raw, err = json.Marshal(m); err == nil {
		m.ID, err = d.Keeper.ForecastModelAdd(ctx, m.Card.Made, raw)
	}
	return m, err
}

// historyShown is over how many months the history of a risk is told.
const historyShown = 13

// History is what the present model says of one account at the beginnings of past months, from what was known then, and today.
// An account that is not known is a fault.NotFound.
func (d *Desk) History(ctx context.Context, m *Model, id string) ([]Risk, error) {
	ids, err := d.Reader.IDs(ctx, nil)
	if err != nil {
		return nil, err
	}
	for number, name := range ids {
		if name != id {
			continue
		}
		p, err := d.Reader.Panel(ctx, Months(d.Reader.Metrics.Now(), d.Reader.Metrics.Zone, historyShown), Sample{Account: number})
		if err != nil {
			return nil, err
		}
		rows := make([]*Row, len(p.Rows))
		for i := range p.Rows {
			rows[i] = &p.Rows[i]
		}
		all, err := m.of(p, rows)
		for i := range all {
			all[i].ID = id
		}
		return all, err
	}
	return nil, fault.New(fault.NotFound, "nothing is known of this account").Mend("its id is the account_id that facts were sent with")
}

// Narrow is what is foretold of some accounts alone. What was learned from all stays: it names nobody.
func (p *Present) Narrow(keep func(id string) bool) *Present {
	own := *p
	own.Risks = slices.DeleteFunc(slices.Clone(p.Risks), func(r Risk) bool { return !keep(r.ID) })
	own.Leaving = slices.DeleteFunc(slices.Clone(p.Leaving), func(l Leaving) bool { return !keep(l.ID) })
	if p.Outlook != nil {
		own.Outlook = p.Outlook.Narrow(keep)
	}
	return &own
}
