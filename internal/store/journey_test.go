package store

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/journey"
)

func TestAJourneyKeepsItsVersionsAndCanBeRestored(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		var ids []string
		for _, tpl := range journey.Templates() {
			tpl.Journey.By = "ana"
			one := must(s.JourneyAdd(ctx, tpl.Journey, noon.Add(time.Duration(len(ids))*time.Second)))(t)
			if got := must(s.Journey(ctx, one.ID))(t); !reflect.DeepEqual(got, one) || !reflect.DeepEqual(got.Stages, tpl.Journey.Stages) {
				t.Errorf("%s: kept %+v, want %+v", tpl.ID, got, one)
			}
			ids = append(ids, one.ID)
		}
		for i, one := range must(s.Journeys(ctx))(t) {
			if one.ID != ids[i] {
				t.Errorf("%s stands at %d", one.Name.EN, i)
			}
		}
		later := noon.Add(time.Hour)
		rename := func(version int, name string) (journey.Journey, error) {
			return s.JourneyChange(ctx, ids[0], version, later, func(j *journey.Journey) error { j.Name, j.By, j.ID = journey.Plain(name), "bob", "x"; return nil })
		}
		if one := must(rename(1, "Ours"))(t); one.Version != 2 || one.Name.RO != "Ours" || one.By != "bob" || !one.At.Equal(later) || one.ID != ids[0] {
			t.Errorf("%+v", one)
		}
		_, err := rename(1, "Late")
		wantKind(t, err, fault.Conflict)
		refused := errors.New("no")
		if _, err := s.JourneyChange(ctx, ids[0], 0, later, func(j *journey.Journey) error { j.Stages = nil; return refused }); !errors.Is(err, refused) {
			t.Error(err)
		}
		versions := must(s.JourneyVersions(ctx, ids[0]))(t)
		if len(versions) != 2 || versions[0].Name.EN != "Ours" || versions[1].By != "ana" || len(versions[1].Stages) == 0 {
			t.Errorf("%+v", versions)
		}
		if one := must(s.JourneyRemove(ctx, ids[0], later))(t); one.Removed == nil || len(must(s.Journeys(ctx))(t)) != 2 || must(s.Journey(ctx, ids[0]))(t).Removed == nil {
			t.Errorf("removed: %+v", one)
		}
		_, err = rename(0, "Gone")
		wantKind(t, err, fault.Conflict)
		if one := must(s.JourneyRestore(ctx, ids[0]))(t); one.Removed != nil || len(must(s.Journeys(ctx))(t)) != 3 || one.Version != 2 {
			t.Errorf("restored: %+v", one)
		}
		for _, gone := range []func() error{
			func() error { _, err := s.Journey(ctx, "none"); return err },
			func() error { _, err := s.JourneyVersions(ctx, "none"); return err },
			func() error { _, err := s.JourneyRemove(ctx, "none", later); return err },
			func() error { _, err := s.JourneyRestore(ctx, "none"); return err },
		} {
			wantKind(t, gone(), fault.NotFound)
		}
	})
}
