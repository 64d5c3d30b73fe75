package metric

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Ask is a question as somebody wrote it: the parameters of the API, the flags of the command line. Times are RFC 3339
// or dates in the workspace zone. Empty means the default: the last 30 days up to and with today (or
// the day as of which it is asked), no grain, everyone, now.
type Ask struct {
	Metric, Variant, From, To, Grain, By, Segment, AsOf, Currency string
	// OnlyPoints leaves out the whole period and the one before it, of an overview with a grain: what a small chart shows.
	OnlyPoints bool
	// OnlyFigures leaves out parts and tables beside values and their intervals: what a list of groups shows.
	OnlyFigures bool
	// Total brings the points of a series together: sum, mean or last; empty: they are not.
	Total string
	// Convention is a preset to count by instead of the workspace's policies.
	Convention string
	// Set are values of policies, by id, for this question alone; what is not named is as the workspace has it.
	Set  map[string]string
	Lang i18n.Lang
}

// query is a question that was understood.
type query struct {
	def      *Definition
	variant  Variant
	period   Period
	grain    Grain
	total    Total
	by       string
	segment  account.Segment
	filter   *filter
	asOf     *time.Time
	currency string
	lang     i18n.Lang
	// conventions are the policies in force for it.
	conventions Conventions
	// now is the clock when it is asked, or the instant as of which it is, when that is earlier.
	now time.Time
}

// understand reads a question. The error is a fault that names every field that can't be used.
func (s *Service) understand(ctx context.Context, a Ask) (*query, error) {
	base, ok := s.Catalog.Get(a.Metric)
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no metric %q", clip(a.Metric)).Field("metric", "is unknown").Mend("take one of those that /api/v1/metrics or `keepwell metrics list` names%s", nearest(a.Metric, s.Catalog.ids))
	}
	bad := fault.New(fault.Invalid, "the question about %s can't be answered as it is", base.ID)
	q := &query{lang: a.Lang, by: a.By, currency: strings.ToUpper(a.Currency)}
	if q.def, q.variant, ok = base.With(a.Variant); !ok {
		bad.Field("variant", "%q is none of %s", clip(a.Variant), strings.Join(base.VariantIDs(), ", "))
		q.def = base
	}
	readTime := func(field, text string, into *time.Time) {
		if text == "" {
			return
		}
		t, err := fact.ParseTime(fact.Cell{Kind: fact.TextCell, Text: text}, s.Zone)
		if err != nil {
			bad.Field(field, "%s", noInstant(text))
			return
		}
		*into = t.In(s.Zone)
	}
	q.now = s.Now().In(s.Zone)
	if a.AsOf != "" {
		t := q.now
		readTime("as_of", a.AsOf, &t)
		if q.asOf = &t; t.Before(q.now) {
			q.now = t
		}
	}
	q.period.To = Day.next(q.now)
	readTime("to", a.To, &q.period.To)
	q.period.From = midnight(q.period.To, -30)
	readTime("from", a.From, &q.period.From)
	if !q.period.From.Before(q.period.To) {
		bad.Field("from", "%s is not before to (%s)", q.period.From.Format(time.RFC3339), q.period.To.Format(time.RFC3339))
	}
	q.grain = Grain(a.Grain)
	switch at := slices.Index(Grains, q.grain); {
	case q.grain == NoGrain:
	case at < 0:
		bad.Field("grain", "%q is none of hour, day, week, month, quarter, year", clip(a.Grain))
	case at < slices.Index(Grains, q.def.Finest):
		bad.Field("grain", "%s is not counted finer than by %s", base.ID, q.def.Finest)
	}
	q.readTotal(a.Total, bad)
	if q.by == "" {
		q.by = q.def.GroupedBy
	} else if !q.def.knows(q.by) {
		bad.Field("by", "%q is no dimension here; known are %s, and trait.NAME for your own account traits", clip(q.by), strings.Join(q.def.AllDimensions(), ", "))
	}
	var err error
	if q.filter, err = s.readSegment(ctx, a.Segment, nil, q.now); err == nil {
		q.segment = q.filter.Segment
	} else if !refusedSegment(bad, err) {
		return nil, err
	}
	if _, ok := fact.MinorDigits(q.currency); q.currency != "" && !ok {
		bad.Field("currency", "%q is unknown; use an ISO 4217 code like EUR", clip(a.Currency))
	}
	if q.conventions, err = s.inForce(ctx, q.def, a, bad); err != nil {
		return nil, err
	}
	if len(bad.Fields) > 0 {
		return nil, bad
	}
	return q, nil
}

// inForce are the workspace's policies, with those the question states. One that the metric does not rest on is refused:
// it would be thought to have been heeded.
func (s *Service) inForce(ctx context.Context, d *Definition, a Ask, bad *fault.Error) (Conventions, error) {
	kept, err := s.convention(ctx, "convention", a.Convention)
	if err != nil {
		return nil, err
	}
	set, all := a.Set, Conventions{}
	maps.Copy(all, kept)
	used := d.PolicyIDs()
	for _, id := range sortedKeys(set) {
		if !slices.Contains(used, id) {
			bad.Field(clip(id), "%s does not rest on it; it rests on %s", d.ID, orNothing(used))
			continue
		}
		plain, err := policies[id].Read(set[id])
		if err != nil {
			bad.Field(id, "%s", err)
			continue
		}
		all[id] = plain
	}
	return all, nil
}

// noInstant says what a time must look like.
func noInstant(text string) fault.Text {
	return fault.Said("%q is no instant between 1980 and 2100: write RFC 3339 like 2026-03-01T09:30:00Z, or a date like 2026-03-01", clip(text))
}

func orNothing(names []string) fault.Text {
	if len(names) == 0 {
		return fault.Words("no policy")
	}
	return fault.Words(strings.Join(names, ", "))
}

// nearest suggests the name that shares the most with a mistyped one.
func nearest(name string, known []string) fault.Text {
	best, most := "", 1
	for _, k := range known {
		n := 0
		for n < len(k) && n < len(name) && k[n] == name[n] {
			n++
		}
		if n > most {
			best, most = k, n
		}
	}
	if best == "" {
		return fault.Words("")
	}
	return fault.Said("; did you mean %s?", best)
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
