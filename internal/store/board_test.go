package store

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
)

func TestADashboardIsChangedTakenBackAndRemoved(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		tile := func(metric string) board.Tile {
			return board.Tile{Metric: metric, Question: board.Question{Period: "90d", Set: map[string]string{"inactive_days": "60"}}}
		}
		d := must(s.DashboardAdd(ctx, board.Dashboard{Name: "Board", By: "ana", Tiles: []board.Tile{tile("nps")}}, noon))(t)
		if got := must(s.Dashboard(ctx, d.ID))(t); !reflect.DeepEqual(got, d) {
			t.Errorf("got %+v, want %+v", got, d)
		}
		later := noon.Add(time.Hour)
		changed := must(s.DashboardChange(ctx, d.ID, 1, later, func(d *board.Dashboard) error {
			d.Tiles = append(d.Tiles, tile("mrr"))
			return nil
		}))(t)
		if changed.Version != 2 || len(changed.Tiles) != 2 || !changed.Changed.Equal(later) || !reflect.DeepEqual(must(s.Dashboards(ctx))(t), []board.Dashboard{changed}) {
			t.Errorf("changed to %+v", changed)
		}
		_, err := s.DashboardChange(ctx, d.ID, 1, later, func(*board.Dashboard) error { return nil })
		wantKind(t, err, fault.Conflict)
		refused := errors.New("no")
		if _, err := s.DashboardChange(ctx, d.ID, 0, later, func(d *board.Dashboard) error { d.Name = "Other"; return refused }); !errors.Is(err, refused) {
			t.Error(err)
		}
		if got := must(s.DashboardUndo(ctx, d.ID, later))(t); got.Name != "Board" || len(got.Tiles) != 1 {
			t.Errorf("taken back to %+v", got)
		}
		if got := must(s.DashboardUndo(ctx, d.ID, later))(t); len(got.Tiles) != 2 {
			t.Errorf("not done again: %+v", got)
		}
		if err := s.DashboardRemove(ctx, d.ID, later); err != nil {
			t.Fatal(err)
		}
		_, err = s.Dashboard(ctx, d.ID)
		wantKind(t, err, fault.NotFound)
		if all := must(s.Dashboards(ctx))(t); len(all) != 0 {
			t.Errorf("still listed: %+v", all)
		}
		if got := must(s.DashboardUndo(ctx, d.ID, later))(t); len(got.Tiles) != 2 || len(must(s.Dashboards(ctx))(t)) != 1 {
			t.Errorf("not brought back: %+v", got)
		}
		_, err = s.DashboardUndo(ctx, "none", later)
		wantKind(t, err, fault.NotFound)
	})
}

func TestATargetStandsInForTheOneOfTheSameDay(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		one := board.Target{Metric: "nps", Value: 40.5, From: "2026-01-01", By: "ana"}
		first := must(s.TargetPut(ctx, one, noon))(t)
		one.Value = 45
		second := must(s.TargetPut(ctx, one, noon))(t)
		one.From, one.Due, one.Segment = "2026-07-01", "2026-12-31", "plan = pro"
		third := must(s.TargetPut(ctx, one, noon))(t)
		if all := must(s.Targets(ctx))(t); !reflect.DeepEqual(all, board.Targets{second, third}) {
			t.Errorf("%+v", all)
		}
		_, err := s.TargetRemove(ctx, first.ID)
		wantKind(t, err, fault.NotFound)
		if got := must(s.TargetRemove(ctx, third.ID))(t); got != third || len(must(s.Targets(ctx))(t)) != 1 {
			t.Errorf("removed %+v", got)
		}
	})
}
