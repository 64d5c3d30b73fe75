package health_test

import (
	"context"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

func checking(t testing.TB) *health.Service {
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC) }
	weak, err := account.ParseSegment("metric health < 50")
	if err != nil {
		t.Fatal(err)
	}
	saved := func(context.Context) ([]account.SavedSegment, error) {
		return []account.SavedSegment{{ID: "1", Name: "weak", Segment: weak}}, nil
	}
	return &health.Service{Reader: &metric.Service{Catalog: catalog, Zone: time.UTC, Now: now, Saved: saved}, Now: now}
}

func TestScorecardsThatComeWithKeepwellAreWholeInFourLanguages(t *testing.T) {
	s := checking(t)
	all := health.Templates()
	if len(all) != 6 {
		t.Errorf("%d templates", len(all))
	}
	for _, card := range all {
		if err := s.Check(context.Background(), &card); err != nil {
			t.Errorf("%s: %v", card.ID, err)
		}
		texts := []i18n.Text{card.Label, card.About}
		card.Each(func(g *health.ScoreGroup, m *health.Measure) { texts = append(texts, g.Label, m.Label) })
		for _, text := range texts {
			if err := text.Complete(); err != nil {
				t.Errorf("%s: %v", card.ID, err)
			}
		}
		raw, err := card.Text()
		if err != nil {
			t.Fatal(err)
		}
		again, err := health.Parse(raw)
		if err != nil {
			t.Fatalf("%s does not read what it writes: %v", card.ID, err)
		}
		if twice, _ := again.Text(); string(twice) != string(raw) {
			t.Errorf("%s is another one when written and read:\n%s", card.ID, raw)
		}
	}
	chi, _ := health.Template("chi")
	if len(chi.Groups) != 10 {
		t.Errorf("CHI has %d steps", len(chi.Groups))
	}
	for _, g := range chi.Groups {
		if len(g.Measures) != 3 {
			t.Errorf("CHI's step %s has %d measures", g.ID, len(g.Measures))
		}
	}
}
