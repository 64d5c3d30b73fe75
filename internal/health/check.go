package health

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// Limits of a scorecard.
const (
	maxGroups   = 30
	maxMeasures = 100
	maxWords    = 500
)

var idText = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Check says everything that is wrong with a scorecard: each field, what, and how to mend it. The error is a fault.Error.
func (s *Service) Check(ctx context.Context, card *Scorecard) error {
	bad := fault.New(fault.Invalid, "the scorecard can't be used as it is")
	c := checking{Service: s, ctx: ctx, bad: bad, card: card}
	c.head()
	c.groups()
	c.caps()
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

type checking struct {
	*Service
	ctx  context.Context
	bad  *fault.Error
	card *Scorecard
}

func (c *checking) head() {
	card := c.card
	if !idText.MatchString(card.ID) || card.ID == Global {
		c.bad.Field("id", "%q must be 1 to 40 small letters, digits and _, begin with a letter and not be %q", clip(card.ID), Global)
	}
	if card.Aspect != "" && !idText.MatchString(card.Aspect) || card.Aspect == Global {
		c.bad.Field("aspect", "%q must be 1 to 40 small letters, digits and _, begin with a letter and not be %q", clip(card.Aspect), Global)
	}
	c.words("label", card.Label, true)
	c.words("about", card.About, false)
	if w := card.share(); math.IsNaN(w) || w < 0 || w > 1000 {
		c.bad.Field("weight", "%g is not from 0 to 1000", w)
	}
	c.segment("segment", card.Segment)
	if !isScore(card.Floor) || card.Floor > 50 {
		c.bad.Field("floor", "%g is not from 0 to 50", card.Floor)
	}
	if !isScore(card.LeastCoverage) {
		c.bad.Field("least_coverage", "%g is not from 0 to 100", card.LeastCoverage)
	}
	switch card.Tree {
	case "", Own, Average, Worst, ByValue:
	default:
		c.bad.Field("tree", "%q is none of own, average, worst, value", clip(string(card.Tree)))
	}
	if b := card.bands(); true {
		b.check(func(field, reason string, args ...any) { c.bad.Field(field, reason, args...) })
	}
}

func (c *checking) words(field string, t i18n.Text, needed bool) {
	if needed && strings.TrimSpace(t.EN+t.ES+t.RO+t.RU) == "" {
		c.bad.Field(field, "is empty: name it in at least one language")
	}
	for _, text := range []string{t.EN, t.ES, t.RO, t.RU} {
		if len(text) > 4*maxWords || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			c.bad.Field(field, "must be plain text of at most %d characters", maxWords)
			return
		}
	}
}

func (c *checking) segment(field, text string) {
	if text == "" {
		return
	}
	metrics, err := c.Reader.SegmentMetrics(c.ctx, text)
	if err != nil {
		c.bad.Because(field, err)
		return
	}
	for _, id := range metrics {
		c.circular(field, id)
	}
}

// circular refuses what rests on scores: a score would depend on itself.
func (c *checking) circular(field, id string) {
	c.Reader.CheckReading(metric.Reading{Metric: id}, func(_, reason string, args ...any) {
		if strings.Contains(reason, "rests on itself") {
			c.bad.Field(field, "%s: a circular definition; take out %s", fault.Said(reason, args...), id)
		}
	})
}

func (c *checking) groups() {
	card := c.card
	if len(card.Groups) == 0 || len(card.Groups) > maxGroups {
		c.bad.Field("groups", "there are %d: a scorecard has 1 to %d", len(card.Groups), maxGroups)
	}
	seen := map[string]string{}
	measures := 0
	weights := make([]float64, len(card.Groups))
	for g := range card.Groups {
		group, at := &card.Groups[g], fmt.Sprintf("groups[%d]", g)
		c.id(at+".id", group.ID, seen, "group")
		c.words(at+".label", group.Label, true)
		weights[g] = group.Weight
		if len(group.Measures) == 0 {
			c.bad.Field(at+".measures", "is empty: nothing would be divided by nothing; add a measure or take the group out")
		}
		inner := make([]float64, len(group.Measures))
		for m := range group.Measures {
			measures++
			inner[m] = group.Measures[m].Weight
			c.measure(fmt.Sprintf("%s.measures[%d]", at, m), &group.Measures[m], seen)
		}
		if len(inner) > 0 && group.Weight != 0 {
			c.weights(at+".measures", inner)
		}
	}
	if measures > maxMeasures {
		c.bad.Field("groups", "%d measures are more than %d", measures, maxMeasures)
	}
	if len(weights) > 0 {
		c.weights("groups", weights)
	}
}

// weights must add up to 100.
func (c *checking) weights(field string, all []float64) {
	var sum float64
	for i, w := range all {
		if math.IsNaN(w) || w < 0 || w > 100 {
			c.bad.Field(fmt.Sprintf("%s[%d].weight", field, i), "%g is not from 0 to 100", w)
			return
		}
		sum += w
	}
	if math.Abs(sum-100) > 0.01 {
		if sum > 100 {
			c.bad.Field(field, "the weights add up to %g, not to 100: lower them by %g in all", round2(sum), round2(sum-100))
			return
		}
		c.bad.Field(field, "the weights add up to %g, not to 100: raise them by %g in all", round2(sum), round2(100-sum))
	}
}

func round2(x float64) float64 { return math.Round(100*x) / 100 }

func (c *checking) id(field, id string, seen map[string]string, what string) {
	if !idText.MatchString(id) {
		c.bad.Field(field, "%q must be 1 to 40 small letters, digits and _, and begin with a letter", clip(id))
		return
	}
	key := what + " " + id
	if other, twice := seen[key]; twice {
		c.bad.Field(field, "%q is the id of %s too: every %s needs one of its own", id, other, what)
	}
	seen[key] = field
}

func (c *checking) measure(at string, m *Measure, seen map[string]string) {
	c.id(at+".id", m.ID, seen, "measure")
	c.words(at+".label", m.Label, true)
	under := func(name string) func(field, reason string, args ...any) {
		return func(field, reason string, args ...any) {
			if field != "" {
				field = "." + field
			}
			c.bad.Field(at+"."+name+field, reason, args...)
		}
	}
	if m.Judged && readingKey(m.Read) != readingKey(metric.Reading{}) {
		c.bad.Field(at+".read", "a measure is judged or read, not both")
	}
	if !m.Judged {
		c.Reader.CheckReading(m.reading(), under("read"))
	}
	scales := append([]Limit{{Scale: m.Scale}}, m.Limits...)
	for i := range scales {
		name := "scale"
		if i > 0 {
			name = fmt.Sprintf("limits[%d].scale", i-1)
			c.when(fmt.Sprintf("%s.limits[%d].when", at, i-1), &scales[i].When)
		}
		scales[i].Scale.check(under(name))
		if len(scales[i].Scale.Choices) > 0 && !m.Judged && !m.Read.ReadsText() {
			c.bad.Field(at+"."+name+".choices", "what is read is a number: state points, not choices")
		}
	}
	switch {
	case m.Missing != "" && m.Missing != LeaveOut && m.Missing != Poor && m.Missing != Keep:
		c.bad.Field(at+".missing", "%q is none of leave_out, poor, keep", clip(string(m.Missing)))
	case m.Missing == Keep && m.Days < 7:
		c.bad.Field(at+".days", "a last value is looked for week by week: keep it for 7 days or more")
	case m.Missing == Keep && (m.Judged || m.Read.Trait != "" || m.Read.Change):
		c.bad.Field(at+".missing", "traits and judgements stay known by themselves, and a change has no last value: take leave_out or poor")
	case m.Missing != Keep && m.Days != 0:
		c.bad.Field(at+".days", "belongs to missing: keep")
	}
}

func (c *checking) when(at string, w *When) {
	c.segment(at+".segment", w.Segment)
	if w.YoungerThan < 0 || w.OlderThan < 0 || w.YoungerThan > 0 && w.OlderThan >= w.YoungerThan {
		c.bad.Field(at+".younger_than", "no account is younger than %d and at least %d days old", w.YoungerThan, w.OlderThan)
	}
	for _, m := range w.Months {
		if m < 1 || m > 12 {
			c.bad.Field(at+".months", "%d is no month: 1 to 12", m)
		}
	}
	if w.Segment == "" && w.YoungerThan == 0 && w.OlderThan == 0 && len(w.Months) == 0 {
		c.bad.Field(at, "states no condition and would always hold: say when, or change the scale itself")
	}
}

func (c *checking) caps() {
	for i := range c.card.Caps {
		p, at := &c.card.Caps[i], fmt.Sprintf("caps[%d]", i)
		if !isScore(p.At) {
			c.bad.Field(at+".at", "%g is not from 0 to 100", p.At)
		}
		c.words(at+".label", p.Label, false)
		c.segment(at+".segment", p.Segment)
		known := p.Measure == ""
		c.card.Each(func(_ *ScoreGroup, m *Measure) { known = known || m.ID == p.Measure })
		switch {
		case !known:
			c.bad.Field(at+".measure", "there is no measure %q in the scorecard", clip(p.Measure))
		case p.Measure == "" && p.Segment == "":
			c.bad.Field(at, "names neither a measure nor a segment, so that it would always hold")
		case p.Measure != "" && p.Above == nil && p.Below == nil:
			c.bad.Field(at, "says neither above nor below what value of %s it holds", p.Measure)
		}
	}
}
