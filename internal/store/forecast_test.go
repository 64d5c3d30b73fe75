package store

import (
	"context"
	"fmt"
	"testing"
	"time"
)

func TestTheLatestForecastModelIsTheOneMadeLast(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		if id, raw, err := s.ForecastModel(ctx); id != "" || raw != nil || err != nil {
			t.Fatalf("%q %s %v", id, raw, err)
		}
		made := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		var last string
		for n := range 30 {
			var err error
			if last, err = s.ForecastModelAdd(ctx, made.AddDate(0, n, 0), []byte(fmt.Sprintf(`{"n":%d}`, n))); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.ForecastModelAdd(ctx, made.AddDate(0, -1, 0), []byte(`{"n":"older"}`)); err != nil {
			t.Fatal(err)
		}
		if id, raw, err := s.ForecastModel(ctx); id != last || string(raw) != `{"n":29}` || err != nil {
			t.Fatalf("%q %s %v", id, raw, err)
		}
	})
}
