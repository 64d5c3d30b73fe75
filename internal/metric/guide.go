package metric

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Goal is a question that a team has in its own words, and the metrics that answer it.
type Goal struct {
	ID    string `yaml:"id"`
	Place int    `yaml:"place"`
	Goal  Text   `yaml:"goal"`
	About Text   `yaml:"about"`
	// Words are further words by which the goal is found, in all languages.
	Words   string   `yaml:"words"`
	Metrics []Reason `yaml:"metrics"`
}

// Reason is a metric and why it answers the goal.
type Reason struct {
	ID  string `yaml:"id"`
	Why Text   `yaml:"why"`
}

//go:embed guide/*.yaml
var guideFiles embed.FS

// Goals are all goals, in the order in which they are shown. The error is a mistake in a file.
func Goals() ([]*Goal, error) {
	goals, err := readFolder(guideFiles, "guide", (*Goal).check)
	if err != nil {
		return nil, err
	}
	sort.Slice(goals, func(i, j int) bool { return goals[i].Place < goals[j].Place })
	return goals, nil
}

func (g *Goal) check(name string) error {
	if g.ID != name || g.Goal.EN == "" || len(g.Metrics) == 0 {
		return fmt.Errorf("needs its file's name as id, a goal and metrics")
	}
	return nil
}

// Advice is a goal with what this workspace has and still needs for it.
type Advice struct {
	ID    string `json:"id"`
	Goal  string `json:"goal"`
	About string `json:"about"`
	// Ready says that every metric has what it needs.
	Ready   bool            `json:"ready"`
	Metrics []AdvisedMetric `json:"metrics"`
}

// AdvisedMetric is a metric to watch.
type AdvisedMetric struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Why   string `json:"why"`
	Ready bool   `json:"ready"`
	// Has are the kinds of fact it rests on that there are, Needs those that are missing. One of several kinds may be
	// enough: recurring value comes from subscriptions or from contracts.
	Has   []DataHere    `json:"has"`
	Needs []DataMissing `json:"needs"`
}

// DataHere is a kind of fact that there is.
type DataHere struct {
	Kind  string    `json:"kind"`
	Label string    `json:"label"`
	Last  time.Time `json:"last"`
}

// DataMissing is a kind of fact that there is none of.
type DataMissing struct {
	Kind  string `json:"kind"`
	Label string `json:"label"`
}

// Guide turns a goal in words into the metrics to watch: those whose words fit best first, all of them when nothing was
// asked for or nothing fits.
func (s *Service) Guide(ctx context.Context, words string, lang i18n.Lang) ([]Advice, error) {
	goals, err := Goals()
	if err != nil {
		return nil, err
	}
	last, err := s.newestOfKinds(ctx)
	if err != nil {
		return nil, err
	}
	fit := map[string]int{}
	most := 0
	for _, g := range goals {
		fit[g.ID] = g.fits(words, s.Catalog)
		most = max(most, fit[g.ID])
	}
	slices.SortStableFunc(goals, func(a, b *Goal) int { return fit[b.ID] - fit[a.ID] })
	advice := []Advice{}
	for _, g := range goals {
		if most > 0 && fit[g.ID] == 0 {
			continue
		}
		one := Advice{ID: g.ID, Goal: i18n.Text(g.Goal).In(lang), About: i18n.Text(g.About).In(lang), Ready: true}
		for _, r := range g.Metrics {
			d, ok := s.Catalog.Get(r.ID)
			if !ok {
				continue
			}
			m := AdvisedMetric{ID: d.ID, Label: i18n.Text(d.Label).In(lang), Why: i18n.Text(r.Why).In(lang), Has: []DataHere{}, Needs: []DataMissing{}}
			for _, name := range d.Facts {
				kind, _ := fact.KindNamed(name)
				if at, ok := last[name]; ok {
					m.Has = append(m.Has, DataHere{name, kind.Label.In(lang), at})
				} else {
					m.Needs = append(m.Needs, DataMissing{name, kind.Label.In(lang)})
				}
			}
			m.Ready = answerable(d.Facts, last)
			one.Ready = one.Ready && m.Ready
			one.Metrics = append(one.Metrics, m)
		}
		advice = append(advice, one)
	}
	return advice, nil
}

// answerable says that the kinds of fact that are there answer. Of what makes customers one kind will do: an account counts by
// its subscriptions, by its contracts, or by its orders.
func answerable(kinds []string, there map[string]time.Time) bool {
	customers := slices.Contains(kinds, "subscriptions") && slices.Contains(kinds, "contracts")
	one := !customers
	for _, kind := range kinds {
		_, ok := there[kind]
		if customers && (kind == "subscriptions" || kind == "contracts" || kind == "orders") {
			one = one || ok
		} else if !ok {
			return false
		}
	}
	return one
}

// fits counts the words of a question that a goal has too, by their beginnings: endings change in every language.
func (g *Goal) fits(words string, catalog *Catalog) int {
	texts := []string{g.Words}
	for _, t := range []Text{g.Goal, g.About} {
		texts = append(texts, t.EN, t.ES, t.RO, t.RU)
	}
	for _, r := range g.Metrics {
		texts = append(texts, strings.ReplaceAll(r.ID, "_", " "))
		if d, ok := catalog.Get(r.ID); ok {
			texts = append(texts, d.Label.EN, d.Label.ES, d.Label.RO, d.Label.RU)
		}
	}
	known := map[string]bool{}
	for _, stem := range stems(strings.Join(texts, " ")) {
		known[stem] = true
	}
	n := 0
	for _, stem := range stems(words) {
		if known[stem] {
			n++
		}
	}
	return n
}

// stems are the first letters of the words that are long enough to mean something.
func stems(text string) []string {
	var all []string
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if runes := []rune(word); len(runes) >= 3 {
			all = append(all, string(runes[:min(len(runes), 5)]))
		}
	}
	return all
}

// newestOfKinds is when the newest fact of every kind happened that there is any of.
func (s *Service) newestOfKinds(ctx context.Context) (map[string]time.Time, error) {
	view, err := s.Open(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	var parts []string
	for _, kind := range fact.Kinds() {
		parts = append(parts, "select '"+kind.Name+"', max(ts) from fact_"+kind.Name+" having max(ts) is not null")
	}
	rows, err := view.Query(ctx, strings.Join(parts, " union all "))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	last := map[string]time.Time{}
	for rows.Next() {
		var kind string
		var at time.Time
		if err := rows.Scan(&kind, &at); err != nil {
			return nil, err
		}
		last[kind] = at.UTC()
	}
	return last, rows.Err()
}
