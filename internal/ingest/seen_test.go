package ingest

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestSeenKnowsExactlyWhatWasAddedAndNotRemoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var seen Seen
		known := map[uint64]bool{}
		// Few values in one shard, so that they collide and wrap around its end.
		id := rapid.Custom(func(t *rapid.T) uint64 {
			return rapid.Uint64Range(0, 40).Draw(t, "high")<<58 | rapid.Uint64Range(0, 40).Draw(t, "mid")<<20 | 7
		})
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				x := id.Draw(t, "id")
				if seen.Add(x) == known[x] {
					t.Fatalf("%x: new although known, or the other way round", x)
				}
				known[x] = true
			},
			"remove": func(t *rapid.T) {
				x := id.Draw(t, "id")
				seen.Remove(x)
				delete(known, x)
			},
			"": func(t *rapid.T) {
				if seen.Len() != len(known) {
					t.Fatalf("%d ids, want %d", seen.Len(), len(known))
				}
				for x := range known {
					if !seen.Has(x) {
						t.Fatalf("%x is forgotten", x)
					}
				}
			},
		})
	})
}

func TestSeenTakesLessThanSixteenBytesAFact(t *testing.T) {
	var seen Seen
	random := rand.New(rand.NewPCG(1, 2))
	for range 1_000_000 {
		seen.Add(random.Uint64())
	}
	slots := 0
	for _, sh := range seen.shards {
		slots += len(sh.slots)
	}
	if bytes := float64(8*slots) / float64(seen.Len()); bytes > 16 {
		t.Errorf("%.1f bytes a fact", bytes)
	}
}

func BenchmarkSeen(b *testing.B) {
	var seen Seen
	random := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		seen.Add(random.Uint64())
	}
}
