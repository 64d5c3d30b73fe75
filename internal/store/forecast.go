package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// ForecastModel is the latest model that was kept, as JSON; without an id when there is none.
func (s *Store) ForecastModel(ctx context.Context) (id string, raw []byte, err error) {
	err = s.look(ctx, "reading the forecast model", func(q session) error {
		var body string
		err := q.row(ctx, "forecast_latest").Scan(&id, &body)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		raw = []byte(body)
		return err
	})
	return id, raw, err
}

// ForecastModelAdd keeps a model and gives its id. The last two dozen are kept.
func (s *Store) ForecastModelAdd(ctx context.Context, made time.Time, raw []byte) (id string, err error) {
	id = newID()
	return id, s.change(ctx, "keeping a forecast model", func(q session) error {
		if _, err := q.exec(ctx, "forecast_insert", id, micros(made), string(raw)); err != nil {
			return err
		}
		_, err := q.exec(ctx, "forecast_trim")
		return err
	})
}
