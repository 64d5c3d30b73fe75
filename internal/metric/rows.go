package metric

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Rows asks SQL over the relations of the catalogue ({points}, {rates}, {paying_terms}, {policy.ID}, …), for rooms that count
// what is no metric. Point i ends at ends[i], in the workspace's zone, and begins thirty days before; each is told every row.
// {rates} bring amounts to the currency that is returned. The SQL must be part of the program.
func (s *Service) Rows(ctx context.Context, view View, ends []time.Time, text string, each func(*sql.Rows) error) (currency string, err error) {
	points := make([]point, len(ends))
	for i, end := range ends {
		end = end.In(s.Zone)
		points[i] = point{i: i, Period: Period{From: midnight(end, -30), To: end}}
	}
	money, ok := s.Catalog.Get("mrr")
	if !ok {
		return "", fault.New(fault.Internal, "the catalogue has no mrr")
	}
	kept, err := s.convention(ctx, "convention", "")
	if err != nil {
		return "", err
	}
	now := s.Now().In(s.Zone)
	e := &evaluation{query: &query{def: money, period: Period{points[0].Period.From, points[len(points)-1].Period.To}, conventions: kept, now: now, asOf: view.AsOf()},
		view: view, points: points, zone: s.Zone, horizon: Day.next(now)}
	if err := e.loadRates(ctx, s.Currency); err != nil {
		return "", err
	}
	c := e.compiler(points)
	text, err = c.expand(text)
	if err != nil {
		return "", err
	}
	rows, err := view.Query(ctx, c.statement(text), c.args...)
	if err != nil {
		return "", fmt.Errorf("rows over the catalogue's relations: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return "", err
		}
	}
	return e.currency, rows.Err()
}
