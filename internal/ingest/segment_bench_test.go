package ingest

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// A typical batch of a server SDK, for the benchmark.
func typicalBatch(n int) []byte {
	var calls []string
	for i := range n {
		calls = append(calls, fmt.Sprintf(`{"type":"track","event":"Report Exported","userId":"user-%d","messageId":"node-next-1772357400000-%08d-9f1c-4f4e-8f0d-2f6d3a1b9c7e","timestamp":"2026-03-01T11:59:59.123Z",`+
			`"properties":{"format":"csv","rows":1250,"filters":["plan","country"],"feature":"reports","duration_ms":834.5},"integrations":{},`+
			`"context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"},"groupId":"acct-%d","ip":"203.0.113.9","userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},`+
			`"_metadata":{"nodeVersion":"22.1.0","jsRuntime":"node"}}`, i%50, i, i%7))
	}
	return []byte(`{"batch":[` + strings.Join(calls, ",") + `],"writeKey":"wk","sentAt":"2026-03-01T12:00:00.000Z"}`)
}

func BenchmarkReadBatchOf100(b *testing.B) {
	body := typicalBatch(100)
	s := &Segment{Zone: time.UTC, Currency: "EUR"}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		in := s.intake("key:1", noon)
		r := fact.NewJSONReader(body)
		if err := in.readEnvelope(&r); err != nil {
			b.Fatal(err)
		}
		in.build()
		if len(in.facts) != 200 {
			b.Fatal(len(in.facts), in.calls[0].trouble)
		}
	}
}

func BenchmarkAcceptBatchOf100(b *testing.B) {
	h := newSegment(b)
	body := string(typicalBatch(100))
	n := 0
	for b.Loop() {
		n++
		fresh := strings.ReplaceAll(body, "node-next", fmt.Sprint("node-", n))
		if status, answer, _ := h.post("batch", fresh); status != 200 {
			b.Fatal(answer)
		}
	}
}

// 64 senders of single calls, without a network.
func BenchmarkAcceptSingleCalls(b *testing.B) {
	h := newSegment(b)
	var n atomic.Int64
	b.SetParallelism(32)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			call := fmt.Sprintf(`{"event":"Report Exported","userId":"user-1","messageId":"m-%d","timestamp":"2026-03-01T11:59:59.123Z","properties":{"format":"csv"}}`, n.Add(1))
			if status, answer, _ := h.post("track", call); status != 200 {
				b.Fatal(answer)
			}
		}
	})
}
