package metric_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func TestEveryDefinitionSpeaksFourLanguages(t *testing.T) {
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range catalog.All() {
		texts := map[string]metric.Text{"label": d.Label, "about": d.About}
		for _, v := range d.Variants {
			texts["variant "+v.ID] = v.Label
		}
		for what, text := range texts {
			for lang, said := range map[string]string{"en": text.EN, "es": text.ES, "ro": text.RO, "ru": text.RU} {
				if strings.TrimSpace(said) == "" {
					t.Errorf("%s: the %s is missing in %s", d.ID, what, lang)
				}
			}
			if text.RU == text.EN || text.RO == text.EN && what == "about" || text.ES == text.EN && what == "about" {
				t.Errorf("%s: the %s is not translated", d.ID, what)
			}
		}
		for _, b := range d.Bands {
			if b.Label == "" || b.Source == "" || (b.From == nil && b.To == nil) {
				t.Errorf("%s: a band without label, source or limit: %+v", d.ID, b)
			}
		}
		if len(d.Facts) == 0 {
			t.Errorf("%s does not say which facts it needs", d.ID)
		}
	}
	described := (&metric.Service{Catalog: catalog}).Describe(i18n.RO)
	if len(described) != len(catalog.All()) || described[0].Family != "voice" || described[0].Label == "" {
		t.Errorf("%d descriptions, the first is %+v", len(described), described[0])
	}
}

const sound = `/*
id: mine
family: product
label: {en: a, es: a, ro: a, ru: a}
about: {en: a, es: a, ro: a, ru: a}
formula: "a"
unit: count
better: higher
type: activity
facts: [events]
numerator: "count(*)"
*/
select 1
`

func TestABrokenDefinitionIsRefusedWithFileAndReason(t *testing.T) {
	if _, err := metric.Parse("mine.sql", []byte(strings.ReplaceAll(sound, "\n", "\r\n"))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"/*\n", "", "mine.sql: line 1: must start with a header"},
		{"*/\n", "", "mine.sql: line 1: must start with a header"},
		{"unit: count", "unti: count", "mine.sql: yaml: unmarshal errors:\n  line 7: field unti not found"},
		{"unit: count", "unit: [", "mine.sql: yaml: line "},
		{"unit: count", "unit: bananas", `mine.sql: unit "bananas" is none of`},
		{"ru: a}\nabout", "de: a}\nabout", "mine.sql: line 4: needs the languages en, es, ro and ru"},
		{"id: mine", "id: yours", `mine.sql: id "yours" must be lower case and the file's name`},
		{"family: product", "family: misc", `family "misc" is none of voice`},
		{"better: higher", "better: faster", `better "faster" is none of`},
		{"type: activity", "type: guess", `type "guess" is none of`},
		{`numerator: "count(*)"`, "", "numerator is missing"},
		{"facts: [events]", "finest: minute", `finest "minute" is none of`},
		{"facts: [events]", "range: [100, 0]", `range needs the least`},
		{"facts: [events]", "interval: guess", `interval "guess" is none of`},
		{"facts: [events]", `dimensions: ["a; drop"]`, `"a; drop" must be a plain lower case name`},
		{"facts: [events]", "variants: [{id: Big}]", `variant "Big" needs`},
		{"select 1\n", "", "a body are needed"},
	} {
		raw := strings.Replace(sound, c.old, c.new, 1)
		if _, err := metric.Parse("mine.sql", []byte(raw)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q instead of %q: %v, want %q", c.new, c.old, err, c.want)
		}
	}
}

func TestADefinitionThatNamesAnUnknownRelationSaysSo(t *testing.T) {
	_, s := serving(t, "duckdb")
	catalog, err := metric.Load(fstest.MapFS{"own/mine.sql": {Data: []byte(strings.Replace(sound, "select 1", "select 1 from {evnets}", 1))}}, "own")
	if err != nil {
		t.Fatal(err)
	}
	s.Catalog = catalog
	if _, err := s.Answer(context.Background(), metric.Ask{Metric: "mine"}); err == nil || !strings.Contains(err.Error(), "{evnets} is neither a kind of fact nor a relation") {
		t.Error(err)
	}
}

// An empty workspace has an answer to every question: counts are 0 and what is divided by nothing has no value. The
// same questions about a period that lies ahead are answered too.
func TestEveryMetricIsAnsweredByEveryDimensionOfAnEmptyLake(t *testing.T) {
	onBoth(t, nil, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, d := range s.Catalog.All() {
			for _, variant := range d.VariantIDs() {
				by := append(slices.Clone(d.Dimensions), "plan", "account_id", "trait.seats", "") // all traits are read alike
				if d.People {
					by = append(by, "contact.role")
				}
				if strings.HasSuffix(t.Name(), "postgres") { // planning takes it long
					by = []string{by[0], ""}
				}
				for _, by := range by {
					got, err := s.Answer(context.Background(), metric.Ask{Metric: d.ID, Variant: variant, By: by, Grain: "month"})
					if err != nil {
						t.Fatalf("%s/%s by %s: %v", d.ID, variant, by, err)
					}
					if ratio := got.Denominator != nil || got.Numerator == nil; ratio != (got.Value == nil) || (!ratio && got.Value.String() != "0") {
						t.Errorf("%s/%s by %s: %s", d.ID, variant, by, said(got))
					}
					if got.Interval != nil || len(got.Groups) != 0 || len(got.Points) != 2 || got.Previous == nil {
						t.Errorf("%s/%s by %s: %+v", d.ID, variant, by, got)
					}
				}
				if _, err := s.Answer(context.Background(), metric.Ask{Metric: d.ID, Variant: variant, From: "2030-01-01", To: "2030-03-05", Grain: "month", AsOf: "2026-01-01", Segment: "plan = team"}); err != nil {
					t.Errorf("%s/%s in 2030: %v", d.ID, variant, err)
				}
			}
		}
	})
}
