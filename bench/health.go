package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

// scoring scores all accounts anew by thirty measures, and a tenth as many, which must take about a tenth of the time.
func (b *bench) scoring() error {
	most := min(100_000, b.scale.events/100)
	b.report.title("Health of %s accounts by 30 measures", number(float64(most)))
	var took []time.Duration
	for _, n := range []int{most / 10, most} {
		t, err := b.score(n)
		if err != nil {
			return err
		}
		took = append(took, t)
		if n == most {
			b.report.atMost("reading and scoring all of them", t.Seconds(), 10*float64(most)/100_000, "s")
			b.report.atMost("an account's share against that among a tenth as many", float64(took[1])/float64(took[0])/10, 1.3, "×")
		} else {
			b.report.figure("a tenth as many", t.Seconds(), "s", "")
		}
	}
	return nil
}

// score loads n accounts with a quarter of use, money, tickets and answers, and scores them; the second time counts.
func (b *bench) score(n int) (time.Duration, error) {
	data, err := b.folder("health-" + strconv.Itoa(n))
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(data)
	l, err := lake.Open(b.ctx, lake.Options{Path: filepath.Join(data, "lake.duckdb")})
	if err != nil {
		return 0, err
	}
	defer l.Close()
	now := time.Now().UTC().Truncate(time.Hour)
	if err := b.settled(l, n, now); err != nil {
		return 0, err
	}
	metrics, err := service(l, now)
	if err != nil {
		return 0, err
	}
	card := thirty()
	s := &health.Service{Reader: metrics, Keeper: oneCard{card}, Now: func() time.Time { return now }}
	var took time.Duration
	for range 2 {
		began := time.Now()
		table, err := s.Table(b.ctx, health.Question{At: now})
		if err != nil {
			return 0, err
		}
		took = time.Since(began)
		scored := 0
		for _, one := range table.Scores[0] {
			if one.Known {
				scored++
			}
		}
		if scored != n {
			return 0, fmt.Errorf("%d of %d accounts have a score", scored, n)
		}
	}
	return took, nil
}

// oneCard keeps a single scorecard and no judgements.
type oneCard struct{ card health.Scorecard }

func (k oneCard) Scorecards(context.Context) ([]health.Scorecard, error) {
	return []health.Scorecard{k.card}, nil
}
func (k oneCard) Judgements(context.Context) ([]health.Judgement, error) { return nil, nil }

// thirty is a scorecard of thirty measures of all kinds that templates use.
func thirty() health.Scorecard {
	name := func(s string) i18n.Text { return i18n.Text{EN: s} }
	card := health.Scorecard{ID: "thirty", Label: name("thirty"), Changed: time.Unix(0, 0)}
	group := health.ScoreGroup{ID: "all", Label: name("all"), Weight: 100}
	add := func(r metric.Reading) {
		group.Measures = append(group.Measures, health.Measure{ID: fmt.Sprint("m", len(group.Measures)), Label: name("measure"), Weight: 100.0 / 30, Read: r, Scale: health.Scale{Points: [][2]float64{{0, 0}, {10, 50}, {90, 100}}}})
	}
	for _, window := range []string{"7 days", "28 days"} {
		for _, counted := range []string{"times", "people", "days"} {
			add(metric.Reading{Event: "*", Counted: counted, Window: window})
			add(metric.Reading{Event: "*", Counted: counted, Window: window, Change: counted != "days"})
		}
		for i := range 4 { // twenty so far
			add(metric.Reading{Event: features[i], Counted: "times", Window: window})
		}
	}
	for _, r := range []metric.Reading{{Metric: "mrr"}, {Metric: "mrr", Window: "90 days", Change: true}, {Metric: "backlog"}, {Metric: "mau"}, {Answer: "nps", Window: "180 days"}, {Answer: "csat", Window: "90 days"},
		{Vital: "days_since_use", Window: "90 days"}, {Vital: "days_overdue"}, {Vital: "seat_use"}, {Vital: "days_to_renewal"}} {
		add(r)
	}
	card.Groups = []health.ScoreGroup{group}
	return card
}

// settled loads what there is of each account: traits, ten events of two people in the last month, a subscription, and of
// some a ticket, an answer and an invoice.
func (b *bench) settled(l *lake.Lake, n int, now time.Time) error {
	chance := rand.New(rand.NewPCG(3, 30))
	cursor, lot := uint64(1), []*fact.Fact{}
	serial := 0
	add := func(kind *fact.Kind, account string, ago time.Duration, values map[string]fact.Value) *fact.Fact {
		serial++
		at := now.Add(-ago).UnixMicro()
		f := &fact.Fact{Kind: kind, ID: fact.IDFor(kind, "bench", strconv.Itoa(serial)), At: at, Received: at, Source: "bench", Account: account, Values: make([]fact.Value, len(kind.Columns))}
		for column, value := range values {
			f.Set(column, value)
		}
		lot = append(lot, f)
		return f
	}
	const day = 24 * time.Hour
	flush := func() error {
		cursor++
		err := l.Load(b.ctx, lot, cursor)
		lot = nil
		if err == nil && cursor%4 == 0 {
			err = l.Merge(b.ctx)
		}
		return err
	}
	for i := range n {
		id := "account-" + strconv.Itoa(i)
		add(fact.Accounts, id, 120*day, map[string]fact.Value{"name": fact.TextValue("Account " + strconv.Itoa(i)), "plan": fact.TextValue("pro")})
		add(fact.Subscriptions, id, 110*day, map[string]fact.Value{"subscription_id": fact.TextValue("s" + strconv.Itoa(i)), "status": fact.TextValue("active"), "plan": fact.TextValue("pro"),
			"amount": fact.IntValue(int64(1000 + chance.IntN(9000))), "currency": fact.TextValue("EUR"), "interval": fact.TextValue("month")})
		for range 10 {
			f := add(fact.Events, id, time.Duration(chance.Int64N(int64(60*day))), map[string]fact.Value{"name": fact.TextValue(features[chance.IntN(len(features))])})
			f.User = "user-" + strconv.Itoa(2*i+chance.IntN(2))
		}
		if i%4 == 0 {
			add(fact.Tickets, id, time.Duration(chance.IntN(60))*day, map[string]fact.Value{"ticket_id": fact.TextValue("t" + strconv.Itoa(i)), "status": fact.TextValue("open"), "priority": fact.TextValue("high")})
			add(fact.Answers, id, time.Duration(chance.IntN(60))*day, map[string]fact.Value{"kind": fact.TextValue("nps"), "score": fact.NumValue(float64(chance.IntN(11))), "scale_min": fact.NumValue(0), "scale_max": fact.NumValue(10)})
		}
		if len(lot) > 100_000 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if err := l.Merge(b.ctx); err != nil {
		return err
	}
	return l.Checkpoint(b.ctx)
}
