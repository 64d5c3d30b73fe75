package demo

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

func TestX(t *testing.T) {
	zone, _ := time.LoadLocation("Europe/Bucharest")
	n := map[string]int{}
	ev := map[string]int{}
	batches, total := 0, 0
	began := time.Now()
	var last int64
	if os.Getenv("SEED") == "" {
		os.Setenv("SEED", "1")
	}
	var seed uint64
	fmt.Sscan(os.Getenv("SEED"), &seed)
	err := Generate(Options{Seed: seed, Until: time.Date(2026, 6, 15, 14, 20, 0, 0, zone), Zone: zone}, func(fs []*fact.Fact) error {
		batches++
		total += len(fs)
		if fs[0].Received < last {
			t.Fatal("order")
		}
		last = fs[0].Received
		for _, f := range fs {
			n[f.Kind.Name]++
			if f.Kind == fact.Events {
				ev[f.Text("name")]++
			}
		}
		return nil
	})
	fmt.Println(err, time.Since(began), batches, total)
	fmt.Println(n)
	fmt.Println(ev)
	o := Options{Seed: seed, Until: time.Date(2026, 6, 15, 14, 20, 0, 0, zone), Zone: zone, Accounts: 300, Contacts: 8000}
	w := found(o, nil)
	for _, at := range []int{0, 182, 365, 547, 730} {
		pay, seats, mrr := 0, 0, int64(0)
		for _, a := range w.accounts {
			c := change{status: "none"}
			for _, x := range a.changes {
				if x.day <= at {
					c = x
				}
			}
			if c.status == "active" || c.status == "past_due" {
				pay++
				seats += c.seats
				m := c.price * int64(c.seats) * int64(100-c.discount) / 100
				if c.yearly {
					m /= 12
				}
				mrr += m
			}
		}
		fmt.Println(at, pay, seats, mrr/100)
	}
	reasons := map[string]int{}
	y := [2]int{}
	back := 0
	lostTrial := 0
	for _, a := range w.accounts {
		for _, x := range a.changes {
			if x.status == "canceled" && x.kind != "" {
				reasons[x.kind+" "+x.reason]++
				y[min(1, x.day/365)]++
			} else if x.status == "canceled" {
				lostTrial++
			}
		}
		if len(a.spans) > 1 {
			back++
		}
	}
	fmt.Println(reasons, y, "back", back, "lost trial", lostTrial)
	for _, a := range w.accounts[:10] {
		fmt.Println(a.id, a.name, a.spans, len(a.people), a.seats, a.gone, a.steps, a.reason)
		for _, c := range a.changes {
			fmt.Print(c.day, " ", c.status, " ", c.seats, "; ")
		}
		fmt.Println()
	}
}
