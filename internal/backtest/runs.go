package backtest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// State is how far a run is.
type State string

// The states.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Run is a backtest in the making, or made.
type Run struct {
	ID        string     `json:"id"`
	Scorecard string     `json:"scorecard"`
	State     State      `json:"state" enum:"waiting,running,done,failed,cancelled"`
	Done      int        `json:"done" doc:"Instants that are done"`
	Of        int        `json:"of" doc:"Of how many"`
	By        string     `json:"by,omitempty"`
	Asked     time.Time  `json:"asked"`
	Ended     *time.Time `json:"ended,omitempty"`
	Problem   string     `json:"problem,omitempty" doc:"Why it failed"`
	Report    *Report    `json:"report,omitempty"`
	// Book is whose accounts were looked at: runs over an own book are shown to those alone who see the same.
	Book string `json:"-"`
}

// over says that nothing more comes.
func (r *Run) over() bool { return r.State == Done || r.State == Failed || r.State == Cancelled }

// Keeper keeps what was found.
type Keeper interface {
	Setting(ctx context.Context, name string, into any) (bool, error)
	SettingPut(ctx context.Context, name string, value any) error
}

const (
	keptUnder   = "backtests"
	mostKept    = 12
	mostWaiting = 5
)

// Runs makes backtests one at a time, in the order in which they are asked for, and remembers the latest.
type Runs struct {
	Reader Reader
	Keeper Keeper
	Report func(error)

	// Moved counts the steps that runs have made.
	Moved atomic.Int64

	mu    sync.Mutex
	all   []*task // the oldest first
	begun chan struct{}
}

type task struct {
	Run
	question Question
	asked    string // the question, for telling it from others
	cancel   context.CancelFunc
	moved    chan struct{} // closed and renewed with every step
}

// NewRuns are runs whose Work is still to be called.
func NewRuns(r Reader, k Keeper, report func(error)) *Runs {
	return &Runs{Reader: r, Keeper: k, Report: report, begun: make(chan struct{}, 1)}
}

// keptRun is a run as it is kept.
type keptRun struct {
	Run
	Whose string `json:"whose,omitempty"`
}

// Work makes what is asked for until ctx ends.
func (r *Runs) Work(ctx context.Context) error {
	var kept []keptRun
	if _, err := r.Keeper.Setting(ctx, keptUnder, &kept); err != nil {
		r.Report(fmt.Errorf("reading earlier backtests: %w", err)) // they can be made again
	}
	r.mu.Lock()
	for _, k := range slices.Backward(kept) {
		k.Book = k.Whose
		r.all = slices.Insert(r.all, 0, &task{Run: k.Run, moved: make(chan struct{})})
	}
	r.mu.Unlock()
	for {
		for t, own := r.next(ctx); t != nil; t, own = r.next(ctx) {
			r.do(ctx, own, t)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.begun:
		}
	}
}

// next takes the run that waits longest, and gives it a context that ends when it is cancelled.
func (r *Runs) next(ctx context.Context) (*task, context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ctx.Err() != nil {
		return nil, nil
	}
	for _, t := range r.all {
		if t.State == Waiting {
			own, cancel := context.WithCancel(ctx)
			t.State, t.cancel = Running, cancel
			return t, own
		}
	}
	return nil, nil
}

// do makes a run; ctx is that of all of them, own that of this one.
func (r *Runs) do(ctx, own context.Context, t *task) {
	defer t.cancel()
	report, err := r.test(own, t)
	ended := r.Reader.Health.Now()
	r.step(t, func() {
		t.Ended, t.Report = &ended, report
		switch {
		case err == nil:
			t.State = Done
		case own.Err() != nil && ctx.Err() == nil:
			t.State = Cancelled
		default:
			t.State, t.Problem = Failed, err.Error()
		}
	})
	if err != nil && own.Err() == nil {
		r.Report(fmt.Errorf("backtest of %s: %w", t.Scorecard, err))
	}
	if err == nil {
		if err := r.keep(ctx); err != nil {
			r.Report(fmt.Errorf("keeping a backtest: %w", err))
		}
	}
}

// test is one run. A panic is an error.
func (r *Runs) test(ctx context.Context, t *task) (report *Report, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return r.Reader.Test(ctx, t.question, func(done, of int) {
		r.step(t, func() { t.Done, t.Of = done, of })
	})
}

// step changes a run and wakes those who wait for it.
func (r *Runs) step(t *task, change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	r.Moved.Add(1)
	close(t.moved)
	t.moved = make(chan struct{})
}

// keep keeps the latest that are done and forgets older ones.
func (r *Runs) keep(ctx context.Context) error {
	r.mu.Lock()
	var kept []keptRun
	for _, t := range slices.Backward(r.all) {
		if t.State == Done && len(kept) < mostKept {
			kept = append(kept, keptRun{t.Run, t.Book})
		}
	}
	slices.Reverse(kept)
	over := 0
	for _, t := range r.all {
		if t.over() {
			over++
		}
	}
	r.all = slices.DeleteFunc(r.all, func(t *task) bool {
		old := t.over() && over > mostKept
		if old {
			over--
		}
		return old
	})
	r.mu.Unlock()
	return r.Keeper.SettingPut(ctx, keptUnder, kept)
}

// Start asks for a backtest. The same question that is not answered yet is not asked twice. The scorecard must have been
// checked.
func (r *Runs) Start(q Question, book, by string) (Run, error) {
	if err := q.check(); err != nil {
		return Run{}, err
	}
	raw, err := json.Marshal([]any{q.Card, q.Current, q.Days, q.Months, q.Everyone, book})
	if err != nil {
		return Run{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	waiting := 0
	for _, t := range r.all {
		if t.over() {
			continue
		}
		if t.asked == string(raw) {
			return t.Run, nil
		}
		waiting++
	}
	if waiting >= mostWaiting {
		return Run{}, fault.New(fault.Unavailable, "%d backtests are waiting to be made", waiting).Mend("wait for one, or cancel it").After(30 * time.Second)
	}
	t := &task{Run: Run{ID: rand.Text(), Scorecard: q.Card.ID, State: Waiting, By: by, Asked: r.Reader.Health.Now(), Book: book}, question: q, asked: string(raw), moved: make(chan struct{})}
	r.all = append(r.all, t)
	select {
	case r.begun <- struct{}{}:
	default: // it is awake
	}
	return t.Run, nil
}

func (r *Runs) find(id, book string) (*task, error) {
	for _, t := range r.all {
		if t.ID == id && t.Book == book {
			return t, nil
		}
	}
	return nil, fault.New(fault.NotFound, "there is no backtest with this id").Mend("the latest %d are remembered; make it again", mostKept)
}

// Get is a run as it is now; wait waits for it to be over, as long as ctx lasts.
func (r *Runs) Get(ctx context.Context, id, book string, wait bool) (Run, error) {
	for {
		r.mu.Lock()
		t, err := r.find(id, book)
		if err != nil {
			r.mu.Unlock()
			return Run{}, err
		}
		run, moved := t.Run, t.moved
		r.mu.Unlock()
		if !wait || run.over() {
			return run, nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return run, nil
		}
	}
}

// List are the runs of a scorecard that are remembered, the latest first.
func (r *Runs) List(scorecard, book string) []Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []Run
	for _, t := range slices.Backward(r.all) {
		if t.Scorecard == scorecard && t.Book == book {
			all = append(all, t.Run)
		}
	}
	return all
}

// Cancel stops a run. One that is over stays as it is.
func (r *Runs) Cancel(id, book string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, err := r.find(id, book)
	if err != nil {
		return err
	}
	switch t.State {
	case Waiting:
		now := r.Reader.Health.Now()
		t.State, t.Ended = Cancelled, &now
		close(t.moved)
		t.moved = make(chan struct{})
	case Running:
		t.cancel()
	}
	return nil
}
