package board

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNamedPeriodsMoveWithTheClock(t *testing.T) {
	now := time.Date(2026, 5, 31, 23, 59, 0, 0, time.UTC)
	for period, want := range map[string]string{
		"": " ", "30d": " ", "7d": "2026-05-25 2026-06-01", "90d": "2026-03-03 2026-06-01", "12m": "2025-06-01 2026-06-01",
		"month": "2026-05-01 2026-06-01", "last_month": "2026-04-01 2026-05-01", "quarter": "2026-04-01 2026-06-01",
		"last_quarter": "2026-01-01 2026-04-01", "year": "2026-01-01 2026-06-01", "last_year": "2025-01-01 2026-01-01",
	} {
		from, to := Question{Period: period}.Span(now)
		if got := from + " " + to; got != want {
			t.Errorf("%q is %q, want %q", period, got, want)
		}
	}
	if from, to := (Question{Period: "year", From: "2020-02-02"}).Span(now); from != "2020-02-02" || to != "" {
		t.Errorf("dates that are stated do not win: %q %q", from, to)
	}
}

func TestADashboardSaysEverythingThatIsWrongWithIt(t *testing.T) {
	known := func(id string) bool { return id == "nps" }
	good := Dashboard{Name: " Board ", Tiles: []Tile{{Metric: "nps", Question: Question{Period: "90d", Segment: "plan = pro"}}}}
	if err := good.Check(known); err != nil || good.Name != "Board" {
		t.Errorf("%q %v", good.Name, err)
	}
	bad := Dashboard{Name: "", Tiles: []Tile{{Metric: "gnp", Question: Question{Period: "aeon"}}, {Metric: "nps", Title: strings.Repeat("x", 121), Question: Question{Segment: "a\x00"}}}}
	err := bad.Check(known)
	for _, field := range []string{"name", "tiles[0].metric", "tiles[0].question.period", "tiles[1].title", "tiles[1].question.segment"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s is not named: %v", field, err)
		}
	}
	if err := (&Dashboard{Name: "x", Tiles: make([]Tile, 61)}).Check(func(string) bool { return true }); err == nil {
		t.Error("too many tiles")
	}
}

func TestTilesMoveAndGo(t *testing.T) {
	order := func(d Dashboard) (all []string) {
		for _, tile := range d.Tiles {
			all = append(all, tile.Metric)
		}
		return all
	}
	for _, c := range []struct {
		from, to int
		want     []string
	}{{0, 2, []string{"b", "c", "a"}}, {2, 0, []string{"c", "a", "b"}}, {1, 1, []string{"a", "b", "c"}}, {0, 3, []string{"a", "b", "c"}}, {-1, 0, []string{"a", "b", "c"}}} {
		d := Dashboard{Tiles: []Tile{{Metric: "a"}, {Metric: "b"}, {Metric: "c"}}}
		before := d.Tiles
		if d.Move(c.from, c.to); !slices.Equal(order(d), c.want) {
			t.Errorf("%d to %d: %v", c.from, c.to, order(d))
		}
		if before[0].Metric != "a" || before[2].Metric != "c" {
			t.Error("what was there before was overwritten")
		}
	}
	d := Dashboard{Tiles: []Tile{{Metric: "a"}, {Metric: "b"}}}
	if !d.Remove(0) || d.Remove(1) || !slices.Equal(order(d), []string{"b"}) {
		t.Errorf("%v", order(d))
	}
}

func TestTheTargetOfADayIsTheLatestThatHoldsByThen(t *testing.T) {
	all := Targets{
		{Metric: "nps", From: "2026-07-01", Value: 50}, {Metric: "nps", From: "2026-01-01", Value: 40}, {Metric: "mrr", From: "2026-01-01", Value: 9, Currency: "EUR"},
		{Metric: "nps", Segment: "plan = pro", From: "2026-01-01", Value: 60},
	}
	own := all.For("nps", "", "", "")
	for day, want := range map[string]float64{"2025-12-31": 0, "2026-01-01": 40, "2026-06-30": 40, "2026-07-01": 50} {
		at, _ := time.Parse(time.DateOnly, day)
		got := own.On(at)
		if (got == nil) != (want == 0) || got != nil && got.Value != want {
			t.Errorf("%s: %+v", day, got)
		}
	}
	if len(all.For("mrr", "", "", "USD")) != 0 || len(all.For("mrr", "", "", "EUR")) != 1 {
		t.Error("an amount of another currency is a target")
	}
}

func TestATargetIsReachedInTheDirectionThatIsBetter(t *testing.T) {
	target := Target{Value: 5}
	if target.Reached(4, "higher") || !target.Reached(4, "lower") || !target.Reached(5, "higher") || !target.Reached(5, "lower") {
		t.Error("the direction is not followed")
	}
	for _, c := range []struct{ start, value, want float64 }{{10, 7.5, 0.5}, {10, 12, 0}, {10, 4, 1}, {0, 2, 0.4}, {5, 5, 1}, {5, 6, 0}} {
		if got := target.Progress(c.start, c.value); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("from %v, %v is %v of the way, want %v", c.start, c.value, got, c.want)
		}
	}
	known := func(string) bool { return true }
	if (&Target{Metric: "nps", Value: math.NaN(), From: "2026-01-01"}).Check(known) == nil || (&Target{Metric: "nps", Value: 4, From: "soon"}).Check(known) == nil {
		t.Error("taken")
	}
}
