package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/demo"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/journey"
)

// sampled is an open house with a small part of the made-up company in it, as the whole of it takes a minute, and what is
// real beside it.
func sampled(t *testing.T, data string) *App {
	t.Helper()
	a := open(t, data)
	ctx := context.Background()
	made, err := a.beginDemo(ctx, sampleSeed)
	if err != nil {
		t.Fatal(err)
	}
	var lot [][]*fact.Fact
	enough := 0
	stop := os.ErrClosed
	err = demo.Generate(demo.Options{Seed: 1, Until: made.Until, Accounts: 40, Contacts: 240}, func(facts []*fact.Fact) error {
		lot = append(lot, facts)
		if enough += len(facts); enough > 20_000 {
			return stop
		}
		return nil
	})
	if err != nil && err != stop {
		t.Fatal(err)
	}
	for len(lot) > 0 {
		few := min(len(lot), 500)
		if err := a.door.Backfill(ctx, lot[:few]); err != nil {
			t.Fatal(err)
		}
		lot = lot[few:]
	}
	if err := a.drawJourneys(ctx); err != nil {
		t.Fatal(err)
	}
	if err := a.scoreDemo(ctx); err != nil {
		t.Fatal(err)
	}
	if err := a.store.SightingsAdd(ctx, []feed.Sighting{{Source: demo.Source, Kind: "events", First: made.Until, Last: made.Until, Count: 9, Verdict: "accepted"}}); err != nil {
		t.Fatal(err)
	}
	made.Done = true
	if err := a.store.SettingPut(ctx, demoSetting, made); err != nil {
		t.Fatal(err)
	}
	a.sample.turn(feed.Sample{State: feed.There})
	a.call(t, "POST", "/api/v1/facts/accounts?wait=loaded", `[{"account_id":"acme","name":"Acme","ts":"2026-01-01"}]`, "")
	a.call(t, "POST", "/api/v1/facts/events?wait=loaded", `[{"account_id":"acme","user_id":"ann","name":"open","ts":"2026-01-02"}]`, "")
	if err := a.books.renew(ctx); err != nil {
		t.Fatal(err)
	}
	c := customers{a, a.store}
	for _, e := range []account.Edit{{Trait: "csm", Value: "Mia Real"}, {Tag: "vip"}, {Note: "made up?"}} {
		e.Accounts = []string{"acme", "acc-0001"}
		if _, n, err := c.Apply(ctx, e, "ana"); err != nil || n != 2 {
			t.Fatal(n, err)
		}
	}
	return a
}

func TestTheSampleCompanyVanishesWhollyAndNothingElse(t *testing.T) {
	data := t.TempDir()
	a := sampled(t, data)
	ctx := context.Background()
	if err := a.sample.AddSample(ctx); fault.KindOf(err) != fault.Conflict {
		t.Errorf("it comes twice: %v", err)
	}
	drawn, err := a.store.Journeys(ctx)
	if err != nil || len(drawn) < 2 {
		t.Fatal(drawn, err)
	}
	if _, err := a.store.JourneyChange(ctx, drawn[0].ID, 0, time.Now(), func(j *journey.Journey) error { j.Name, j.By = journey.Words{EN: "Ours"}, "ana"; return nil }); err != nil {
		t.Fatal(err)
	}
	ours, _ := health.Template("enterprise")
	ours.By = "ana"
	if _, err := a.store.ScorecardPut(ctx, ours, 0, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := a.sample.RemoveSample(ctx); err != nil {
		t.Fatal(err)
	}
	if a.sample.Sample().State != feed.Leaving || len(a.anew) != 1 {
		t.Error("the server is not opened anew")
	}
	shut(t, a)

	// It breaks off between the log and the lake, and the next start goes on.
	ctx, cancel := context.WithCancel(ctx)
	broken := &App{settings: settings(t, data), logger: a.logger, now: time.Now}
	if err := broken.openLog(ctx); err != nil {
		t.Fatal(err)
	}
	if err := broken.log.Rewrite(ctx, func(record []byte) ([]byte, error) {
		return fact.ThinRecord(record, func(f *fact.Fact) bool { return f.Source == demo.Source })
	}); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := broken.log.Close(); err != nil {
		t.Fatal(err)
	}

	a = open(t, data)
	ctx = context.Background()
	for kind, want := range map[string]int64{"accounts": 2, "events": 1, "contacts": 0, "subscriptions": 0, "memberships": 0} {
		if got := a.count(t, kind); got != want {
			t.Errorf("%d facts of kind %s are left, want %d", got, kind, want)
		}
	}
	if a.sample.Sample().State != feed.NoSample {
		t.Errorf("it is %q", a.sample.Sample().State)
	}
	if left, err := a.store.Journeys(ctx); err != nil || len(left) != 1 || left[0].Name.EN != "Ours" {
		t.Errorf("journeys that are left: %+v, %v", left, err)
	}
	cards, err := a.store.Scorecards(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, card := range cards {
		if inForce := card.Until.IsZero(); inForce != (card.ID == "enterprise" && card.By == "ana") {
			t.Errorf("scorecard %s of %s, version %d: in force %t", card.ID, card.By, card.Version, inForce)
		}
	}
	notes, err := a.store.Notes(ctx, "acc-0001")
	tags, err2 := a.store.Tags(ctx)
	seen, err3 := a.store.Sightings(ctx)
	if err != nil || err2 != nil || err3 != nil || len(notes) != 0 || len(tags) != 1 || len(tags["acme"]) != 1 {
		t.Errorf("state is left: %v %v %v %v %v", notes, tags, err, err2, err3)
	}
	for _, s := range seen {
		if s.Source == demo.Source {
			t.Errorf("its feed is left: %+v", s)
		}
	}
	found, err := care{a}.Check(ctx, false, func(string) {})
	if err != nil || len(found) > 0 {
		t.Errorf("a recount differs: %v %v", found, err)
	}
	if loaded, err := a.LoadDemo(ctx, 1, func(float64) {}); loaded || err != nil {
		t.Errorf("the command demo brings it back: %v %v", loaded, err)
	}
	shut(t, a)
	logs, err := filepath.Glob(filepath.Join(data, logFolder, "*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatal(logs, err)
	}
	for _, path := range logs {
		raw, err := os.ReadFile(path)
		if err != nil || bytes.Contains(raw, []byte("acc-0001")) {
			t.Errorf("%s names a made-up account, %v", path, err)
		}
	}
	// What is left in the log is what the lake holds: it can be made anew.
	made, err := MakeLakeAnew(ctx, settings(t, data), a.logger, func(string) {})
	if err != nil || !made.Made || made.Facts != 3 {
		t.Errorf("made anew: %+v, %v", made, err)
	}
}

func TestTheSampleCompanyIsNotAddedToWhatIsReal(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	if may, err := a.sample.MayAddSample(context.Background()); err != nil || !may {
		t.Errorf("an empty workspace: %v %v", may, err)
	}
	a.call(t, "POST", "/api/v1/facts/accounts?wait=loaded", `[{"account_id":"acme","name":"Acme","ts":"2026-01-01"}]`, "")
	if may, err := a.sample.MayAddSample(context.Background()); err != nil || may {
		t.Errorf("with facts: %v %v", may, err)
	}
	if err := a.sample.AddSample(context.Background()); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "facts") {
		t.Errorf("it is added: %v", err)
	}
	if err := a.sample.RemoveSample(context.Background()); fault.KindOf(err) != fault.NotFound {
		t.Errorf("none is removed: %v", err)
	}
}
