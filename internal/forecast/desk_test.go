package forecast_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/forecast"
)

// shelf keeps models and lessons in memory.
type shelf struct {
	mu       sync.Mutex
	models   [][]byte
	settings map[string][]byte
}

func (s *shelf) ForecastModel(context.Context) (string, []byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.models) == 0 {
		return "", nil, nil
	}
	return fmt.Sprint(len(s.models)), s.models[len(s.models)-1], nil
}

func (s *shelf) ForecastModelAdd(_ context.Context, _ time.Time, raw []byte) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.models = append(s.models, raw)
	return fmt.Sprint(len(s.models)), nil
}

func (s *shelf) Setting(_ context.Context, name string, into any) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	raw, ok := s.settings[name]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(raw, into)
}

func (s *shelf) SettingPut(_ context.Context, name string, value any) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings[name], err = json.Marshal(value)
	return err
}

// paying tells of n accounts, every third of which leaves within the year before dusk, most of them soon after they fell silent.
func paying(t testing.TB, n, seq int) (facts []*fact.Fact) {
	from := dusk.AddDate(-1, -6, 0)
	for i := range n {
		id, left := fmt.Sprintf("p%d-%03d", seq, i), dusk.AddDate(1, 0, 0)
		add := func(kind string, at time.Time, user string, f map[string]string) {
			seq++
			facts = append(facts, told{kind: kind, at: at, received: at, account: id, user: user, f: f, seq: 1000*n + seq*7919 + len(facts)}.fact(t))
		}
		add("subscriptions", from, "", map[string]string{"subscription_id": id, "status": "active", "amount": "10", "currency": "EUR", "interval": "month"})
		if i%3 == 0 {
			left = dusk.AddDate(0, 0, -20-(i*13)%330)
			add("subscriptions", left, "", map[string]string{"subscription_id": id, "status": "canceled", "amount": "10", "currency": "EUR", "interval": "month"})
		}
		for at := from.AddDate(0, 0, i%7); at.Before(dusk) && at.Before(left.AddDate(0, 0, -30-i%40)); at = at.AddDate(0, 0, 5) {
			add("events", at, fmt.Sprint(id, "u"), map[string]string{"name": "open"})
		}
	}
	return facts
}

// desk runs one over a lake until the test ends or it is stopped.
func desk(t *testing.T, r forecast.Reader, k forecast.Keeper) (*forecast.Desk, func()) {
	t.Helper()
	d := forecast.NewDesk(r, k, func(err error) { t.Error(err) })
	return d, run(t, d)
}

func run(t *testing.T, d *forecast.Desk) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Run(ctx)
	}()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	return stop
}

func TestWhatWasLearnedOutlivesARestartAndOtherAccountsAreLearnedAnew(t *testing.T) {
	l := opened(t, "duckdb")
	load(t, l, paying(t, 150, 0))
	kept := &shelf{settings: map[string][]byte{}}
	statements := 0
	r := reading(t, l, dusk)
	r.Pause = func(context.Context, time.Duration) { statements++ }
	heard := make(chan []forecast.Relevance, 10)
	d := forecast.NewDesk(r, kept, func(err error) { t.Error(err) })
	d.Tell = func(_ context.Context, at time.Time, found []forecast.Relevance) error {
		if at.IsZero() {
			t.Error("what is relevant is told of no time")
		}
		heard <- found
		return nil
	}
	stop := run(t, d)
	p, err := d.Present(t.Context())
	if len(heard) != 1 || len(<-heard) != len(p.Relevances) {
		t.Errorf("what is relevant was told %d times", len(heard)+1)
	}
	if err != nil || p.Model == nil || len(p.Risks) != 100 || p.Outlook.Customers != 100 || len(p.Relevances) == 0 {
		t.Fatalf("%+v %v", p, err)
	}
	silent := 0.0
	for _, risk := range p.Risks {
		if !(risk.Month <= risk.Quarter && risk.Quarter < 1) {
			t.Errorf("%+v", risk)
		}
		silent += risk.Quarter
	}
	if silent/100 > 0.3 {
		t.Errorf("those who came yesterday leave with %v", silent/100)
	}
	stop()
	first := statements
	again, stop := desk(t, r, kept)
	q, err := again.Present(t.Context())
	if err != nil || q.Model == nil || q.Model.ID != p.Model.ID || len(kept.models) != 1 || q.Outlook.Value != p.Outlook.Value || q.Risks[0].Quarter != p.Risks[0].Quarter {
		t.Fatalf("after a restart: %+v %v", q, err)
	}
	if statements-first > first/2 {
		t.Errorf("%d statements after a restart, %d at first", statements-first, first)
	}
	stop()
	load(t, l, paying(t, 90, 500))
	other, _ := desk(t, r, kept)
	if q, err = other.Present(t.Context()); err != nil || len(kept.models) != 2 || q.Model.ID == p.Model.ID || len(q.Risks) != 160 {
		t.Errorf("%d models, %d risks, %v", len(kept.models), len(q.Risks), err)
	}
}

func TestADeskWithThreeAccountsSaysWhyItForetellsNothing(t *testing.T) {
	l := opened(t, "duckdb")
	load(t, l, paying(t, 3, 0))
	d, _ := desk(t, reading(t, l, dusk), &shelf{settings: map[string][]byte{}})
	p, err := d.Present(t.Context())
	if err != nil || p.Model != nil || fault.KindOf(p.Why) != fault.Conflict || len(p.Risks) != 0 {
		t.Errorf("%+v %v", p, err)
	}
}
