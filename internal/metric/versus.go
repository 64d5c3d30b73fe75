package metric

import (
	"context"
	"math/big"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Versus is a metric over two segments side by side.
type Versus struct {
	Metric   string    `json:"metric"`
	Label    string    `json:"label"`
	Variant  string    `json:"variant"`
	Unit     Unit      `json:"unit"`
	Currency string    `json:"currency,omitempty"`
	Better   string    `json:"better"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	A        Half      `json:"a"`
	B        Half      `json:"b"`
	// Difference is that of B from A.
	Difference *Figure `json:"difference" doc:"Value of b less that of a"`
	// Significant is null where chance can't be told from a difference.
	Significant *bool `json:"significant" doc:"Whether the difference is more than chance; null: it can't be told"`
}

// Half is the value over one of two segments.
type Half struct {
	Segment     string  `json:"segment"`
	Value       *Figure `json:"value"`
	Interval    *Limits `json:"interval"`
	N           int64   `json:"n"`
	SmallSample bool    `json:"small_sample"`
}

// Versus answers a question for two segments instead of its own. Both are judged as samples of their own: accounts in both
// make them alike, so a difference that is called real is real all the more. The error is a fault.Error.
func (s *Service) Versus(ctx context.Context, ask Ask, a, b string) (*Versus, error) {
	var queries [2]*query
	for i, segment := range []string{a, b} {
		ask.Segment = segment
		q, err := s.understand(ctx, ask)
		if err != nil {
			return nil, err
		}
		queries[i] = q
	}
	view, err := s.Open(ctx, queries[0].asOf)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	var out *Versus
	var values [2]*big.Rat
	var samples [2]sample
	for i, q := range queries {
		e := &evaluation{query: q, view: view, points: []point{{i: -1, Period: q.period.before()}, {i: 0, Period: q.period}}, zone: s.Zone, horizon: Day.next(q.now)}
		if err := e.run(ctx, s.Currency); err != nil {
			return nil, err
		}
		total := e.at(0)
		values[i], samples[i] = e.value(total, total), e.sample(total, total)
		if out == nil {
			out = &Versus{Metric: q.def.ID, Label: i18n.Text(q.def.Label).In(q.lang), Variant: q.variant.ID, Unit: q.def.Unit, Better: q.def.Better, From: q.period.From.UTC(), To: q.period.To.UTC()}
			if q.def.hasMoney() {
				out.Currency = e.currency
			}
		}
		side := []*Half{&out.A, &out.B}[i]
		*side = Half{Segment: q.segment.String(), Value: e.shown(values[i]), Interval: e.limits(total, total), N: total.n, SmallSample: e.small(total, total)}
		if i == 1 && values[0] != nil && values[1] != nil {
			out.Difference = e.shown(new(big.Rat).Sub(values[1], values[0]))
			out.Significant = q.def.Interval.differ(samples[0], samples[1])
		}
	}
	return out, nil
}
