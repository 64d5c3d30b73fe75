package log

import (
	"fmt"
	"testing"
)

// One append and one sync each, the way the door calls it when there is nothing to group.
func BenchmarkAppend(b *testing.B) {
	for _, kb := range []int{1, 64, 1024} {
		b.Run(fmt.Sprint(kb, "KB"), func(b *testing.B) {
			l, err := Open(b.TempDir(), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			record := make([]byte, kb<<10)
			for b.Loop() {
				if _, err := l.Append([][]byte{record}, day0); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(record)))
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	l, err := Open(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	group := make([][]byte, 1000)
	for i := range group {
		group[i] = make([]byte, 2000)
	}
	for range 50 {
		if _, err := l.Append(group, day0); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(l.End()))
	for b.Loop() {
		if _, err := readAll(l, 0); err != nil {
			b.Fatal(err)
		}
	}
}
