package metric

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// SegmentHistory is how many were in a segment at the end of each piece of a period, who had come and who had gone. It is
// computed from facts, so it reaches back to before the segment was thought of.
type SegmentHistory struct {
	Segment string         `json:"segment" doc:"Its text"`
	From    time.Time      `json:"from"`
	To      time.Time      `json:"to"`
	Grain   string         `json:"grain"`
	Opening int64          `json:"opening" doc:"How many were in it when the period began"`
	Points  []SegmentPoint `json:"points" nullable:"false"`
}

// SegmentPoint is one piece. Count before + entered - left = count.
type SegmentPoint struct {
	From            time.Time `json:"from"`
	To              time.Time `json:"to"`
	Count           int64     `json:"count" doc:"How many were in it at the end"`
	Entered         int64     `json:"entered" doc:"How many of them had not been in it at the beginning"`
	Left            int64     `json:"left" doc:"How many had been in it at the beginning and no longer were"`
	EnteredAccounts []string  `json:"entered_accounts" nullable:"false" doc:"The first twenty of them"`
	LeftAccounts    []string  `json:"left_accounts" nullable:"false" doc:"The first twenty of them"`
	Partial         bool      `json:"partial" doc:"It is cut off, or not over yet"`
}

// Limits of a history.
const (
	maxHistoryPoints = 400
	maxHistoryNames  = 20
)

// SegmentHistory counts a segment over a period. The error is a fault.Error.
func (s *Service) SegmentHistory(ctx context.Context, a SegmentAsk) (h *SegmentHistory, err error) {
	bad := fault.New(fault.Invalid, "the question about the segment can't be answered as it is")
	t := s.times(a.AsOf, bad)
	period := Period{To: Day.next(t.now)}
	t.read("to", a.To, &period.To)
	period.From = midnight(period.To, -30)
	t.read("from", a.From, &period.From)
	if !period.From.Before(period.To) {
		bad.Field("from", "%s is not before to (%s)", period.From.Format(time.RFC3339), period.To.Format(time.RFC3339))
	}
	grain := Grain(a.Grain)
	if grain == NoGrain {
		grain = Day
	}
	if slices.Index(Grains, grain) < slices.Index(Grains, Day) {
		bad.Field("grain", "%q is none of day, week, month, quarter, year", clip(a.Grain))
	}
	f, err := s.readSegment(ctx, a.Text, a.Tree, t.now)
	if err != nil && !refusedSegment(bad, err) {
		return nil, err
	}
	if len(bad.Fields) > 0 {
		return nil, bad
	}
	defer func() { err = s.blame(ctx, f, err) }()
	pieces, err := grain.cut(period, t.now)
	if err == nil && len(pieces) > maxHistoryPoints {
		err = fault.Said("a history by %s over this period has more than %d points; take a coarser grain or a shorter period", grain, maxHistoryPoints)
	}
	if err != nil {
		return nil, bad.Field("grain", "%s", err)
	}
	view, err := s.Open(ctx, t.asOf)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	points := append([]point{{Period: Period{From: midnight(period.From, -1), To: period.From}}}, pieces...)
	if err := f.prepare(ctx, view, points, s.Currency); err != nil {
		return nil, err
	}
	h = &SegmentHistory{Segment: f.String(), From: period.From.UTC(), To: period.To.UTC(), Grain: string(grain)}
	for _, p := range pieces {
		h.Points = append(h.Points, SegmentPoint{From: p.Period.From.UTC(), To: p.Period.To.UTC(), Partial: p.partial, EnteredAccounts: []string{}, LeftAccounts: []string{}})
	}
	return h, h.count(ctx, newScoping(f.compiler(view, points), f))
}

func (h *SegmentHistory) count(ctx context.Context, sc *scoping) error {
	condition, err := sc.condition(sc.f.Segment)
	if err != nil {
		return err
	}
	sc.moments(sc.everybody())
	sc.define("states", "select m.account, m.account_id, m.o, "+condition+" as is_in\nfrom "+sc.rows())
	sc.define("changes", "select o, account_id, is_in from (\nselect o, account_id, is_in, coalesce(lag(is_in) over (partition by account order by o), false) as was from states\n) s where is_in <> was")
	rows, err := sc.c.view.Query(ctx, sc.c.statement(fmt.Sprintf(`select o, is_in, account_id, n from (
  select o, is_in, account_id, count(*) over (partition by o, is_in) as n, row_number() over (partition by o, is_in order by account_id collate "C") as nth from changes
) c where nth <= %d order by o, nth`, maxHistoryNames)), sc.c.args...)
	if err != nil {
		return fmt.Errorf("the history of a segment: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var o int // the ends are those of the period's begin and of its points
		var in bool
		var id string
		var n int64
		if err := rows.Scan(&o, &in, &id, &n); err != nil {
			return fmt.Errorf("the history of a segment: %w", err)
		}
		if o == 0 {
			h.Opening = n
			continue
		}
		if p := &h.Points[o-1]; in {
			p.Entered, p.EnteredAccounts = n, append(p.EnteredAccounts, id)
		} else {
			p.Left, p.LeftAccounts = n, append(p.LeftAccounts, id)
		}
	}
	count := h.Opening
	for i := range h.Points {
		count += h.Points[i].Entered - h.Points[i].Left
		h.Points[i].Count = count
	}
	return rows.Err()
}

// asked are the times of a question; what can't be read is noted in bad.
type asked struct {
	now  time.Time
	asOf *time.Time
	zone *time.Location
	bad  *fault.Error
}

func (s *Service) times(asOf string, bad *fault.Error) *asked {
	t := &asked{now: s.Now().In(s.Zone), zone: s.Zone, bad: bad}
	if asOf != "" {
		then := t.now
		t.read("as_of", asOf, &then)
		if t.asOf = &then; then.Before(t.now) {
			t.now = then
		}
	}
	return t
}

func (t *asked) read(field, text string, into *time.Time) {
	if text == "" {
		return
	}
	at, err := fact.ParseTime(fact.Cell{Kind: fact.TextCell, Text: text}, t.zone)
	if err != nil {
		t.bad.Field(field, "%s", noInstant(text))
		return
	}
	*into = at.In(t.zone)
}
