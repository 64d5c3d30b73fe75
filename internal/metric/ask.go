package metric

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Ask is a question as somebody wrote it: the parameters of the API, the flags of the command line. Times are RFC 3339
// or dates in the workspace zone. Empty means the default: the last 30 days up to and with today, no grain, everyone, now.
type Ask struct {
	Metric, Variant, From, To, Grain, By, Segment, AsOf, Currency string
	Lang                                                          i18n.Lang
}

// query is a question that was understood.
type query struct {
	def      *Definition
	variant  Variant
	period   Period
	grain    Grain
	by       string
	segment  account.Segment
	asOf     *time.Time
	currency string
	lang     i18n.Lang
}

// understand reads a question. The error is a fault that names every field that can't be used.
func (s *Service) understand(a Ask) (*query, error) {
	base, ok := s.Catalog.Get(a.Metric)
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no metric %q", clip(a.Metric)).Mend("take one of those that /api/v1/metrics or `keepwell metrics list` names" + nearest(a.Metric, s.Catalog.ids))
	}
	bad := fault.New(fault.Invalid, "the question about %s can't be answered as it is", base.ID)
	q := &query{lang: a.Lang, by: a.By, currency: strings.ToUpper(a.Currency)}
	if q.def, q.variant, ok = base.With(a.Variant); !ok {
		bad.Field("variant", "%q is none of %s", clip(a.Variant), strings.Join(base.VariantIDs(), ", "))
		q.def = base
	}
	now := s.Now().In(s.Zone)
	q.period = Period{Day.start(now).AddDate(0, 0, -29), Day.start(now).AddDate(0, 0, 1)}
	readTime := func(field, text string, into *time.Time) {
		if text == "" {
			return
		}
		t, err := fact.ParseTime(fact.Cell{Kind: fact.TextCell, Text: text}, s.Zone)
		if err != nil {
			bad.Field(field, "%s", err)
			return
		}
		*into = t.In(s.Zone)
	}
	readTime("to", a.To, &q.period.To)
	if a.To != "" && a.From == "" {
		q.period.From = Day.start(q.period.To).AddDate(0, 0, -30)
	}
	readTime("from", a.From, &q.period.From)
	if !q.period.From.Before(q.period.To) {
		bad.Field("from", "%s is not before to (%s)", q.period.From.Format(time.RFC3339), q.period.To.Format(time.RFC3339))
	}
	if a.AsOf != "" {
		var t time.Time
		readTime("as_of", a.AsOf, &t)
		q.asOf = &t
	}
	q.grain = Grain(a.Grain)
	switch at := slices.Index(Grains, q.grain); {
	case q.grain == NoGrain:
	case at < 0:
		bad.Field("grain", "%q is none of hour, day, week, month, quarter, year", clip(a.Grain))
	case at < slices.Index(Grains, q.def.Finest):
		bad.Field("grain", "%s is not counted finer than by %s", base.ID, q.def.Finest)
	}
	if q.by == "" {
		q.by = q.def.GroupedBy
	} else if !q.def.knows(q.by) {
		bad.Field("by", "%q is no dimension here; known are %s, and trait.NAME for your own account traits", clip(q.by), strings.Join(q.def.AllDimensions(), ", "))
	}
	var err error
	if q.segment, err = account.ParseSegment(a.Segment); err != nil {
		bad.Field("segment", "%s", err)
	}
	for _, trait := range q.segment.Traits() {
		if _, _, err := new(compiler).traitColumn(trait); err != nil {
			bad.Field("segment", "%s", err)
		}
	}
	if _, ok := fact.MinorDigits(q.currency); q.currency != "" && !ok {
		bad.Field("currency", "%q is unknown; use an ISO 4217 code like EUR", clip(a.Currency))
	}
	if len(bad.Fields) > 0 {
		return nil, bad
	}
	return q, nil
}

// AllDimensions are the names a breakdown may use, but for senders' own traits.
func (d *Definition) AllDimensions() []string {
	return append(slices.Clone(d.Dimensions), Traits()...)
}

func (d *Definition) knows(by string) bool {
	return slices.Contains(d.AllDimensions(), by) || (strings.HasPrefix(by, "trait.") && len(by) > 6 && len(by) < 262 && !strings.ContainsRune(by, 0))
}

// nearest suggests the name that shares the most with a mistyped one.
func nearest(name string, known []string) string {
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
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
