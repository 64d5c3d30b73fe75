package metric

import (
	"context"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// failing finds, once accounts could not be read, which metrics of one's own are to blame, also by way of segments: what is
// sound for the facts that there are may fail on the next, such as a text where numbers came so far. Each is read by itself.
func (s *Service) failing(ctx context.Context, a ReadingAsk) (readings, segments map[int]error) {
	readings, segments = map[int]error{}, map[int]error{}
	alone := func(one ReadingAsk) error {
		one.At, one.Known, one.Along, one.Accounts = a.At, a.Known, a.Along, a.Accounts
		_, err := s.readWithout(ctx, one, nil, nil)
		return err
	}
	for n, r := range a.Readings {
		if s.Catalog.IsOwn(r.Metric) {
			if err := alone(ReadingAsk{Readings: a.Readings[n : n+1]}); err != nil {
				readings[n] = notComputed(r.Metric, err)
			}
		}
	}
	for n, text := range a.Segments {
		metrics, err := s.SegmentMetrics(ctx, text)
		if at := slices.IndexFunc(metrics, s.Catalog.IsOwn); err == nil && at >= 0 {
			if err := alone(ReadingAsk{Segments: a.Segments[n : n+1]}); err != nil {
				segments[n] = notComputed(metrics[at], err)
			}
		}
	}
	return readings, segments
}

// blame says of what a database refused that a metric of one's own which a segment asks for is the cause, unless the database
// answers nothing at all.
func (s *Service) blame(ctx context.Context, f *filter, err error) error {
	if err == nil || ctx.Err() != nil || fault.KindOf(err) != fault.Internal {
		return err
	}
	for _, leaf := range f.leaves() {
		if leaf.About != account.Metric || !s.Catalog.IsOwn(leaf.Name) {
			continue
		}
		view, gone := s.Open(ctx, nil)
		if gone != nil {
			return err
		}
		defer view.Close()
		return fault.New(fault.Invalid, "the segment can't be used as it is").Because("segment", notComputed(leaf.Name, err))
	}
	return err
}

// mostFailing is how much of what a database says is told.
const mostFailing = 160

func notComputed(metric string, err error) error {
	text, _, _ := strings.Cut(err.Error(), "\n")
	if said := []rune(text); len(said) > mostFailing {
		text = string(said[:mostFailing]) + "…"
	}
	return fault.Said("%s can't be computed: %s", metric, text)
}
