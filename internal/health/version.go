package health

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Difference is one thing that differs between two versions of a scorecard. A side that does not have it is empty.
type Difference struct {
	// Group and Measure name what it belongs to; without both it is the scorecard itself.
	Group   string `json:"group,omitempty"`
	Measure string `json:"measure,omitempty"`
	Field   string `json:"field" example:"weight"`
	Was     string `json:"was,omitempty"`
	Is      string `json:"is,omitempty"`
}

// Differences say what differs between two versions, in the order of the later one, and then what went. Groups and measures
// are known by their ids, so those that only moved differ in nothing.
func Differences(was, is *Scorecard, lang i18n.Lang) []Difference {
	all := []Difference{}
	old := map[string]string{}
	before, after := was.entries(lang), is.entries(lang)
	for _, e := range before {
		old[e.key] = e.value
	}
	there := map[string]bool{}
	for _, e := range after {
		there[e.key] = true
		if v := old[e.key]; v != e.value {
			e.at.Was, e.at.Is = v, e.value
			all = append(all, e.at)
		}
	}
	for _, e := range before {
		if !there[e.key] {
			e.at.Was = e.value
			all = append(all, e.at)
		}
	}
	return all
}

// entry is one thing that a scorecard states, by a key that stays the same when things move.
type entry struct {
	key, value string
	at         Difference
}

// entries are all that a scorecard states and that is not empty.
func (s *Scorecard) entries(lang i18n.Lang) []entry {
	var all []entry
	add := func(key string, at Difference, field, value string) {
		if value != "" {
			at.Field = field
			all = append(all, entry{key + " " + field, value, at})
		}
	}
	head := func(field, value string) { add("", Difference{}, field, value) }
	head("name", said(s.Label))
	head("about", said(s.About))
	head("aspect", s.aspect())
	head("counts", written(s.share()))
	head("priority", written(float64(s.Priority)))
	head("segment", s.Segment)
	head("stages", strings.Join(s.Stages, ", "))
	head("good", written(s.bands().Good))
	head("average", written(s.bands().Average))
	head("dwell", written(float64(s.bands().Dwell)))
	head("floor", written(s.Floor))
	head("least_coverage", written(s.LeastCoverage))
	head("tree", string(s.Tree))
	for i := range s.Groups {
		g := &s.Groups[i]
		at := Difference{Group: g.Label.In(lang)}
		add("g "+g.ID, at, "name", said(g.Label))
		add("g "+g.ID, at, "weight", written(g.Weight))
	}
	s.Each(func(g *ScoreGroup, m *Measure) {
		at, key := Difference{Group: g.Label.In(lang), Measure: m.Label.In(lang)}, "m "+m.ID
		add(key, at, "name", said(m.Label))
		add(key, at, "group", g.Label.In(lang))
		add(key, at, "weight", written(m.Weight))
		add(key, at, "read", plainly(m.Read))
		if m.Judged {
			add(key, at, "judged", "✓")
		}
		add(key, at, "scale", plainly(m.Scale))
		add(key, at, "limits", plainly(m.Limits))
		add(key, at, "plans", strings.Join(m.Plans, ", "))
		add(key, at, "missing", string(m.Missing))
		if m.Days > 0 {
			add(key, at, "days", strconv.Itoa(m.Days))
		}
	})
	for i := range s.Caps {
		add(fmt.Sprint("c ", i), Difference{}, "cap", plainly(s.Caps[i]))
	}
	return all
}

// said is a text in all its languages: any of them may be what changed.
func said(t i18n.Text) string {
	var all []string
	for _, text := range []string{t.EN, t.ES, t.RO, t.RU} {
		if text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, " · ")
}

func written(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// plainly is a part of a definition on one line, without the signs of JSON that say nothing to people.
func plainly(part any) string {
	raw, err := json.Marshal(part)
	if err != nil || string(raw) == "{}" || string(raw) == "null" {
		return ""
	}
	return strings.NewReplacer(`"`, "", "{", "", "}", "", ":", " ", ",", ", ").Replace(string(raw))
}
