package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/store"
	"github.com/keepwell/keepwell/internal/team"
	pages "github.com/keepwell/keepwell/internal/web/segments"
)

var (
	_ ingest.Lake       = (*lake.Lake)(nil)
	_ ingest.Quarantine = (*quarantine)(nil)
	_ ingest.Keys       = writeKeys{}
	_ ingest.FeedStore  = sightings{}
	_ api.People        = (*lake.Lake)(nil)
	_ api.Quarantine    = replaying{}
	_ metric.View       = view{}
	_ api.Policies      = ways{}
	_ api.Segments      = segments{}
	_ api.Definitions   = own{}
	_ api.Boards        = (*store.Store)(nil)
	_ pages.Segments    = choosing{}
)

// view is a view of the lake that knows its instant.
type view struct {
	*lake.View
	asOf *time.Time
}

func (v view) AsOf() *time.Time { return v.asOf }

// writeKeys lets senders in at the Segment API.
type writeKeys struct {
	gate *team.Gate
	now  func() time.Time
}

func (w writeKeys) WriteKey(ctx context.Context, text string) (string, error) {
	k, err := w.gate.Admit(ctx, text, team.Ingest, w.now())
	return k.ID, err
}

// segments are kept in the store and counted by the metrics.
type segments struct {
	keptSegments
	*metric.Service
}

// choosing are segments as pages ask about them: through the API, so that they are held to the accounts of who asks.
type choosing struct {
	*store.Store
	*api.API
	kept  keptSegments
	check interface {
		CheckSegment(ctx context.Context, text string, tree json.RawMessage) (account.Segment, error)
	}
	memory *memory.Memory
}

// SegmentChange changes a segment.
func (c choosing) SegmentChange(ctx context.Context, idOrName string, change func(*account.SavedSegment) error) (account.SavedSegment, error) {
	return c.kept.SegmentChange(ctx, idOrName, change)
}

// SegmentDelete takes a segment away.
func (c choosing) SegmentDelete(ctx context.Context, idOrName, by string, now time.Time) (account.SavedSegment, error) {
	return c.kept.SegmentDelete(ctx, idOrName, by, now)
}

// SegmentMembers are who is in a segment.
func (c choosing) SegmentMembers(ctx context.Context, ask metric.SegmentAsk) (*metric.SegmentPage, error) {
	return memory.Remember(ctx, c.memory, seenBy(ctx, "members", ask), func(ctx context.Context) (*metric.SegmentPage, error) { return c.API.SegmentMembers(ctx, ask) })
}

// SegmentHistory is how many were in a segment.
func (c choosing) SegmentHistory(ctx context.Context, ask metric.SegmentAsk) (*metric.SegmentHistory, error) {
	return memory.Remember(ctx, c.memory, seenBy(ctx, "history", ask), func(ctx context.Context) (*metric.SegmentHistory, error) { return c.API.SegmentHistory(ctx, ask) })
}

// Versus is a metric over two segments.
func (c choosing) Versus(ctx context.Context, ask metric.Ask, a, b string) (*metric.Versus, error) {
	return memory.Remember(ctx, c.memory, seenBy(ctx, "versus", ask, a, b), func(ctx context.Context) (*metric.Versus, error) { return c.API.Versus(ctx, ask, a, b) })
}

// CheckSegment reads a segment.
func (c choosing) CheckSegment(ctx context.Context, text string, tree json.RawMessage) (account.Segment, error) {
	return c.check.CheckSegment(ctx, text, tree)
}

// ways are the workspace's ways to count, kept in the store.
type ways struct {
	store *store.Store
	pulse *pulse // scores that rest on them follow; nil: they are only read
}

const policiesSetting = "policies"

// Policies are those that are kept. One whose value can't be read any more is as it comes: a later release may have
// narrowed it.
func (w ways) Policies(ctx context.Context) (metric.Conventions, error) {
	kept := map[string]string{}
	if _, err := w.store.Setting(ctx, policiesSetting, &kept); err != nil {
		return nil, err
	}
	read := metric.Conventions{}
	for id, value := range kept {
		if p, ok := metric.PolicyNamed(id); ok {
			if plain, err := p.Read(value); err == nil {
				read[id] = plain
			}
		}
	}
	return read, nil
}

func (w ways) PoliciesChange(ctx context.Context, change func(metric.Conventions) error) error {
	defer w.pulse.changed()
	return store.SettingChange(ctx, w.store, policiesSetting, func(kept *metric.Conventions) error {
		if *kept == nil {
			*kept = metric.Conventions{}
		}
		return change(*kept)
	})
}

// counting is how the workspace counts, with the names that its choices may hold.
type counting struct {
	ways
	lake   *lake.Lake
	memory *memory.Memory
	now    func() time.Time
}

// eventsNamed is how many names of events are suggested, eventsSince how far back they are looked for.
const (
	eventsNamed = 200
	eventsSince = 90 * 24 * time.Hour
)

// EventNames are the names of the events of late, the most frequent first.
func (c counting) EventNames(ctx context.Context) ([]string, error) {
	return memory.Remember(ctx, c.memory, "names of events of late", c.eventNames)
}

func (c counting) eventNames(ctx context.Context) ([]string, error) {
	view, err := c.lake.View(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	since := c.now().UTC().Add(-eventsSince).Format("2006-01-02 15:04:05")
	rows, err := view.Query(ctx, fmt.Sprintf("select name from fact_events where ts >= timestamp '%s' and name is not null group by name order by count(*) desc, name limit %d", since, eventsNamed))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// named are the names of events, which hardly change.
type named struct {
	lake   *lake.Lake
	memory *memory.Memory
}

// Events are the commonest, the commonest first.
func (n named) Events(ctx context.Context) ([]string, error) {
	return memory.Remember(ctx, n.memory, "names of events", n.lake.Events)
}

// sightings and verdicts are kept in the store.
type sightings struct{ store *store.Store }

func (s sightings) AddVerdicts(ctx context.Context, recent []ingest.Recent) error {
	return s.store.VerdictsAdd(ctx, verdictsOf(recent))
}

func verdictsOf(recent []ingest.Recent) []feed.Verdict {
	all := make([]feed.Verdict, len(recent))
	for i, r := range recent {
		all[i] = feed.Verdict{When: r.At, Source: r.Source, Kind: r.Kind, Subject: r.Name, Verdict: string(r.Outcome), Reason: r.Reason}
	}
	return all
}

func (s sightings) AddSightings(ctx context.Context, seen []ingest.Sighting) error {
	all := make([]feed.Sighting, len(seen))
	for i, one := range seen {
		all[i] = feed.Sighting{Source: one.Source, Kind: one.Kind, First: one.Last, Last: one.Last, Count: int64(one.N), Verdict: string(one.Outcome)}
	}
	return s.store.SightingsAdd(ctx, all)
}

// quarantine keeps held calls in the store.
type quarantine struct {
	store *store.Store
	now   func() time.Time
}

func (q *quarantine) Add(ctx context.Context, calls []ingest.HeldCall) error {
	all := make([]feed.Quarantined, len(calls))
	for i, c := range calls {
		all[i] = feed.Quarantined{ID: c.ID, Source: c.Source, Kind: c.Type, Received: c.ReceivedAt, Rule: c.Rule, Reason: c.Reason, Body: c.Raw, Envelope: c.Envelope}
	}
	return q.store.QuarantineAdd(ctx, all)
}

func (q *quarantine) Get(ctx context.Context, id string) (ingest.HeldCall, error) {
	c, err := q.store.QuarantineGet(ctx, id)
	held := ingest.HeldCall{ID: c.ID, Source: c.Source, Type: c.Kind, Raw: c.Body, Envelope: c.Envelope, Rule: c.Rule, Reason: c.Reason, ReceivedAt: c.Received}
	if c.Status == feed.Replayed {
		held.ReplayedAt = c.Decided
	}
	if c.Status == feed.Discarded {
		err = fault.New(fault.Conflict, "the quarantined fact is discarded already")
	}
	return held, err
}

func (q *quarantine) List(ctx context.Context, replayed bool, after string, limit int) ([]ingest.HeldCall, error) {
	f := feed.Filter{Status: feed.Open, Limit: limit, Cursor: after}
	if replayed {
		f.Status = feed.Replayed
	}
	page, _, err := q.store.QuarantinePage(ctx, f)
	held := make([]ingest.HeldCall, len(page))
	for i, c := range page {
		held[i] = ingest.HeldCall{ID: c.ID, Source: c.Source, Type: c.Kind, Raw: c.Body, Envelope: c.Envelope, Rule: c.Rule, Reason: c.Reason, ReceivedAt: c.Received, ReplayedAt: c.Decided}
	}
	return held, err
}

func (q *quarantine) Update(ctx context.Context, call ingest.HeldCall) error {
	if call.ReplayedAt.IsZero() {
		return q.store.QuarantineReason(ctx, call.ID, call.Rule, "", call.Reason)
	}
	return q.store.QuarantineDecide(ctx, call.ID, feed.Replayed, call.ReplayedAt)
}

// replaying is the quarantine as the API and the pages work on it.
type replaying struct {
	*store.Store
	segment *ingest.Segment
}

func (r replaying) Replay(ctx context.Context, id string) error {
	c, err := r.QuarantineGet(ctx, id)
	if err != nil {
		return err
	}
	verdict, err := r.segment.Replay(ctx, id, c.Edited)
	if err != nil {
		return err
	}
	if verdict.Outcome == ingest.Quarantined {
		return fault.New(fault.Invalid, "it still can't be used: %s", verdict.Reason).Mend("mend it first")
	}
	return nil
}

// What is kept in quarantine, however much is wrong with a sender.
const (
	quarantineAge  = 90 * 24 * time.Hour
	quarantineKept = 100_000
)

// trimQuarantine drops the oldest calls once an hour.
func (a *App) trim(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if _, err := a.store.QuarantineTrim(ctx, a.now().Add(-quarantineAge), quarantineKept); err != nil && ctx.Err() == nil {
			a.logger.Warn("the quarantine can't be trimmed; trying again in an hour", "error", err)
		}
		if err := a.store.FilesTrim(ctx, a.now()); err != nil && ctx.Err() == nil {
			a.logger.Warn("removed files can't be deleted; trying again in an hour", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
