package store

import (
	"bytes"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
)

func refuse(t *testing.T, s *Store, n int) []feed.Quarantined {
	t.Helper()
	calls := make([]feed.Quarantined, n)
	for i := range calls {
		calls[i] = feed.Quarantined{Source: "web", Kind: "events", Received: noon.Add(time.Duration(i/2) * time.Second), Rule: "date",
			Field: "ts\x00", Reason: "not a date \xff", Body: []byte{0, 0xff, byte(i)}}
	}
	if err := s.QuarantineAdd(t.Context(), calls); err != nil {
		t.Fatal(err)
	}
	return calls
}

func TestWhatIsQuarantinedIsKeptAsItCame(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		want := refuse(t, s, 1)[0]
		want.Field, want.Reason = "ts\uFFFD", "not a date \uFFFD"
		if got := must(s.QuarantineGet(t.Context(), want.ID))(t); !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		_, err := s.QuarantineGet(t.Context(), "\x00no")
		wantKind(t, err, fault.NotFound)
	})
}

func TestPagesOfTheQuarantineCoverItOnce(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		refuse(t, s, 11) // pairs at the same instant
		seen := map[string]bool{}
		var last time.Time
		f := feed.Filter{Limit: 3}
		for pages := 1; ; pages++ {
			page, next, err := s.QuarantinePage(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page {
				if seen[c.ID] || !last.IsZero() && c.Received.After(last) {
					t.Errorf("%s twice, or out of order", c.ID)
				}
				seen[c.ID], last = true, c.Received
			}
			if f.Cursor = next; next == "" {
				if pages != 4 {
					t.Errorf("%d pages", pages)
				}
				break
			}
		}
		if len(seen) != 11 {
			t.Errorf("%d of 11", len(seen))
		}
		for _, cursor := range []string{"x", "1", "1.'; drop", ".ab"} {
			_, _, err := s.QuarantinePage(t.Context(), feed.Filter{Cursor: cursor})
			wantKind(t, err, fault.Invalid)
		}
	})
}

func TestTheQuarantineIsFilteredAndCounted(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		calls := refuse(t, s, 3)
		if err := s.QuarantineDecide(t.Context(), calls[0].ID, feed.Discarded, noon); err != nil {
			t.Fatal(err)
		}
		for want, f := range map[int]feed.Filter{2: {Status: feed.Open}, 1: {Status: feed.Discarded, Source: "web"}, 0: {Source: "app"}} {
			page, _, err := s.QuarantinePage(t.Context(), f)
			if err != nil || len(page) != want {
				t.Errorf("%+v: %d, want %d, %v", f, len(page), want, err)
			}
		}
		if got := must(s.QuarantineCount(t.Context()))(t); !reflect.DeepEqual(got, map[feed.Status]int64{feed.Open: 2, feed.Discarded: 1}) {
			t.Error(got)
		}
	})
}

func TestOpenCallsAreCountedByRuleAndDiscardingIsUndone(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		calls := []feed.Quarantined{{Rule: "date", Received: noon}, {Rule: "size", Received: noon}, {Rule: "date", Received: noon}}
		if err := s.QuarantineAdd(ctx, calls); err != nil {
			t.Fatal(err)
		}
		rules := func(want ...feed.RuleCount) {
			t.Helper()
			if got := must(s.QuarantineRules(ctx))(t); !reflect.DeepEqual(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		}
		rules(feed.RuleCount{Rule: "date", Count: 2}, feed.RuleCount{Rule: "size", Count: 1})
		if page, _, err := s.QuarantinePage(ctx, feed.Filter{Rule: "size"}); err != nil || len(page) != 1 || page[0].ID != calls[1].ID {
			t.Errorf("of one rule: %v %v", page, err)
		}
		wantKind(t, s.QuarantineReopen(ctx, calls[0].ID), fault.Conflict)
		wantKind(t, s.QuarantineReopen(ctx, "none"), fault.NotFound)
		if err := s.QuarantineDecide(ctx, calls[0].ID, feed.Discarded, noon); err != nil {
			t.Fatal(err)
		}
		rules(feed.RuleCount{Rule: "date", Count: 1}, feed.RuleCount{Rule: "size", Count: 1})
		if err := s.QuarantineReopen(ctx, calls[0].ID); err != nil {
			t.Fatal(err)
		}
		if got := must(s.QuarantineGet(ctx, calls[0].ID))(t); got.Status != feed.Open || !got.Decided.IsZero() {
			t.Errorf("%+v", got)
		}
	})
}

func TestAQuarantinedFactIsMendedAndReplayedOnce(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx, id := t.Context(), refuse(t, s, 1)[0].ID
		if err := s.QuarantineEdit(ctx, id, []byte("mended")); err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = s.QuarantineDecide(ctx, id, feed.Replayed, noon) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				wantKind(t, err, fault.Conflict)
			}
		}
		got := must(s.QuarantineGet(ctx, id))(t)
		if won != 1 || got.Status != feed.Replayed || !got.Decided.Equal(noon) || !bytes.Equal(got.Edited, []byte("mended")) {
			t.Errorf("%d replayed it: %+v", won, got)
		}
		wantKind(t, s.QuarantineEdit(ctx, id, nil), fault.Conflict)
		wantKind(t, s.QuarantineDecide(ctx, "none", feed.Replayed, noon), fault.NotFound)
		wantKind(t, s.QuarantineDecide(ctx, id, feed.Open, noon), fault.Invalid)
	})
}

func TestTheQuarantineIsCappedByAgeAndNumber(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		calls := refuse(t, s, 10) // at 0 0 1 1 2 2 3 3 4 4 seconds
		if gone := must(s.QuarantineTrim(t.Context(), noon.Add(time.Second), 3))(t); gone != 7 {
			t.Errorf("%d gone", gone)
		}
		page, _, err := s.QuarantinePage(t.Context(), feed.Filter{})
		if err != nil || len(page) != 3 || page[0].Received != calls[9].Received || page[2].Received != calls[7].Received {
			t.Errorf("left %+v, %v", page, err)
		}
	})
}

func TestSightingsAddUpInAnyOrder(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		at := func(sec int) time.Time { return noon.Add(time.Duration(sec) * time.Second) }
		for _, batch := range [][]feed.Sighting{
			{{Source: "web", Kind: "events", First: at(5), Last: at(9), Count: 3, Verdict: "accepted"}, {Source: "app", Kind: "pages", First: at(1), Last: at(1), Count: 1, Verdict: "accepted"}},
			{{Source: "web", Kind: "events", First: at(2), Last: at(4), Count: 2, Verdict: "quarantined"}},
			{{Source: "web", Kind: "events", First: at(9), Last: at(9), Count: 1, Verdict: "duplicate"}},
			{{Source: "web", Kind: "events", First: at(19), Last: at(30), Count: 2, Verdict: "duplicate", LongestGap: 11 * time.Second}},
			{{Source: "web", Kind: "events", First: at(33), Last: at(34), Count: 2, Verdict: "duplicate", LongestGap: time.Second}},
		} {
			if err := s.SightingsAdd(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
		}
		want := []feed.Sighting{{Source: "app", Kind: "pages", First: at(1), Last: at(1), Count: 1, Verdict: "accepted"},
			{Source: "web", Kind: "events", First: at(2), Last: at(34), Count: 10, Verdict: "duplicate", LongestGap: 11 * time.Second}}
		if got := must(s.Sightings(t.Context()))(t); !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	})
}

func TestTheNewestVerdictsAreKept(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		var all []feed.Verdict
		for i := range VerdictsKept + 50 {
			all = append(all, feed.Verdict{When: noon.Add(time.Duration(i/10) * time.Second), Source: "web", Kind: "events", Subject: fmt.Sprint(i), Verdict: "accepted"})
		}
		for _, batch := range [][]feed.Verdict{all[:40], all[40:]} {
			if err := s.VerdictsAdd(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
		}
		got := must(s.Verdicts(t.Context(), 2*VerdictsKept))(t)
		if len(got) != VerdictsKept {
			t.Fatalf("%d kept", len(got))
		}
		for i, v := range got {
			if want := all[len(all)-1-i]; v != want {
				t.Fatalf("place %d: %+v, want %+v", i, v, want)
			}
		}
	})
}
