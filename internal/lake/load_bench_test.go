package lake

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/keepwell/keepwell/internal/fact"
)

// BenchmarkLoad loads batches of 50 000 events; rows/s is what counts.
func BenchmarkLoad(b *testing.B) {
	l, err := Open(ctx, Options{Path: filepath.Join(b.TempDir(), "lake.duckdb")})
	must(b, err)
	defer l.Close()
	const size = 50_000
	facts := make([]*fact.Fact, size)
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		for i := range facts {
			seq := n*size + i
			f := &fact.Fact{Kind: fact.Events, ID: fact.IDFor(fact.Events, "s", fmt.Sprint(seq)), At: noon.UnixMicro() + int64(seq)*1e5,
				Received: noon.UnixMicro() + int64(seq)*1e5 + 999, Source: "s", User: fmt.Sprint("user-", seq%20_000), Values: make([]fact.Value, 3),
				Properties: []byte(`{"path":"/reports/weekly","ref":"mail"}`)}
			f.Set("name", fact.TextValue(fmt.Sprint("feature ", seq%40)))
			f.Set("session_id", fact.TextValue(fmt.Sprint("session-", seq/10)))
			facts[i] = f
		}
		b.StartTimer()
		must(b, l.Load(ctx, facts, uint64(n+1)))
	}
	b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.StopTimer()
	n := 0
	must(b, l.IDs(ctx, func(uint64) { n++ }))
}
