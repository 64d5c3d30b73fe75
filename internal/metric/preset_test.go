package metric_test

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func TestPresetsSayWhereTheirRulesStand(t *testing.T) {
	for _, p := range metric.Presets() {
		for _, text := range []metric.Text{p.Label, p.About} {
			if text.EN == "" || text.ES == "" || text.RO == "" || text.RU == "" {
				t.Errorf("%s lacks a language", p.ID)
			}
		}
		if p.ID == "keepwell" {
			continue
		}
		if len(p.Sources) == 0 || len(p.Conventions()) == 0 {
			t.Errorf("%s has the sources %v and the values %v", p.ID, p.Sources, p.Conventions())
		}
		for id := range p.Conventions() {
			if policy, _ := metric.PolicyNamed(id); policy.Question {
				t.Errorf("%s sets %s, which belongs to a question", p.ID, id)
			}
		}
	}
}

// bridged is a way to count money, and two presets that count it differently.
type bridged struct {
	metric, variant, start, end string
}

func bridges(c *metric.Catalog) []bridged {
	var all []bridged
	for _, d := range c.All() {
		if d.Family != "money" {
			continue
		}
		for _, variant := range d.VariantIDs() {
			for _, a := range metric.Presets() {
				for _, b := range metric.Presets() {
					if slices.ContainsFunc(d.PolicyIDs(), func(id string) bool { return plain(a, id) != plain(b, id) }) {
						all = append(all, bridged{d.ID, variant, a.ID, b.ID})
					}
				}
			}
		}
	}
	return all
}

// plain is a policy's value by a preset, as text.
func plain(p *metric.Preset, id string) string {
	if v, ok := p.Conventions()[id]; ok {
		return v
	}
	policy, _ := metric.PolicyNamed(id)
	text, _ := policy.Read(policy.Default)
	return text
}

// spans says that the bridge stands on the answers by both conventions, and that its steps are the whole way between.
func spans(t *rapid.T, s *metric.Service, a metric.Ask, start, end string) {
	b, err := s.Bridge(context.Background(), metric.Bridging{Ask: a, Start: start, End: end})
	if err != nil {
		t.Fatalf("%+v from %s to %s: %v", a, start, end, err)
	}
	text := func(f *metric.Figure) string {
		if f == nil {
			return "null"
		}
		return f.String()
	}
	for convention, got := range map[string]*metric.Figure{start: b.From, end: b.To} {
		alone := a
		alone.Convention = convention
		want, err := s.Answer(context.Background(), alone)
		if err != nil {
			t.Fatalf("%+v: %v", alone, err)
		}
		if text(got) != text(want.Value) {
			t.Fatalf("%+v from %s to %s: the bridge says %s by %s, the answer %s", a, start, end, text(got), convention, text(want.Value))
		}
	}
	was, known, sum := b.From, b.From != nil, new(big.Rat)
	for _, step := range b.Steps {
		known = known && step.Value != nil
		if (step.Change == nil) != (step.Value == nil || was == nil) {
			t.Fatalf("%+v from %s to %s: the step %s goes from %s to %s by %s", a, start, end, step.Policy, text(was), text(step.Value), text(step.Change))
		}
		sum.Add(sum, exact(step.Change))
		was = step.Value
		if step.Accounts == nil && step.Others == nil {
			continue
		}
		parts := exact(step.Others)
		for _, item := range step.Accounts {
			parts.Add(parts, exact(item.Change))
			if d := new(big.Rat).Sub(exact(item.Is), exact(item.Was)); d.Cmp(exact(item.Change)) != 0 {
				t.Fatalf("%+v: %v goes from %s to %s by %s", a, item.Account, item.Was, item.Is, item.Change)
			}
		}
		if parts.Cmp(exact(step.Change)) != 0 {
			t.Fatalf("%+v from %s to %s: the accounts of %s add up to %s, the step is %s", a, start, end, step.Policy, parts.FloatString(9), step.Change)
		}
	}
	if known && sum.Cmp(exact(b.Change)) != 0 || known && sum.Cmp(new(big.Rat).Sub(exact(b.To), exact(b.From))) != 0 {
		t.Fatalf("%+v from %s to %s: the steps add up to %s, the difference is %s", a, start, end, sum.FloatString(9), b.Change)
	}
}

func TestBridgesBetweenPresetsAddUpToTheCent(t *testing.T) {
	crossed := map[string]int{"duckdb": 16, "postgres": 8}
	eachCompany(t, map[string]int{"duckdb": draws / 2, "postgres": draws / 5}, randomCompany, func(rt *rapid.T, c drawn) {
		service := c.s
		all := bridges(service.Catalog)
		for range crossed[c.engine] {
			b := rapid.SampledFrom(all).Draw(rt, "bridge")
			month := rapid.IntRange(1, 6).Draw(rt, "month")
			spans(rt, service, metric.Ask{Metric: b.metric, Variant: b.variant, From: fmt.Sprintf("2026-%02d-01", month), To: fmt.Sprintf("2026-%02d-01", month+1)}, b.start, b.end)
		}
	})
}

// A step names its largest accounts and adds up the rest.
func TestABridgeOfManyAccountsAddsUpWithTheRest(t *testing.T) {
	var rows []row
	for i := range 60 {
		account := fmt.Sprintf("owes%02d", i)
		rows = append(rows, subscription(account, "2026-01-10", set{"amount": fmt.Sprintf("%d.01", 10+i), "interval": "year"}), subscription(account, "2026-05-10", set{"amount": fmt.Sprintf("%d.01", 10+i), "interval": "year", "status": "paused"}))
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		b, err := s.Bridge(context.Background(), metric.Bridging{Ask: in("mrr", "2026-05-01", "2026-06-01"), Start: "profitwell", End: "maxio"})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(b.Steps, func(s metric.Step) bool { return s.Policy == "pauses" })
		if i < 0 || len(b.Steps[i].Accounts) != 50 || *b.Steps[i].Accounts[0].Account != "owes59" || b.Steps[i].Others == nil {
			t.Fatalf("%+v", b.Steps)
		}
		sum := exact(b.Steps[i].Others)
		for _, item := range b.Steps[i].Accounts {
			sum.Add(sum, exact(item.Change))
		}
		if sum.Cmp(exact(b.Change)) != 0 || !strings.HasPrefix(b.Change.String(), "197.55") {
			t.Errorf("accounts and others %s, the change %s", sum.FloatString(9), b.Change)
		}
	})
}
