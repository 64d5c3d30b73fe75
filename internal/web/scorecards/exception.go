package scorecards

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/health"
)

// exceptionForm is a limit of a measure for some accounts or seasons, as fields. Its scale is one text, "0: 0; 10: 100".
type exceptionForm struct {
	N                                      int
	Younger, Older, Months, Segment, Scale string
}

// exceptionsOf are the limits of a measure, and an empty one to fill in.
func exceptionsOf(m *health.Measure) []exceptionForm {
	days := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	all := make([]exceptionForm, 0, len(m.Limits)+1)
	for n, l := range m.Limits {
		months := make([]string, len(l.When.Months))
		for i, month := range l.When.Months {
			months[i] = strconv.Itoa(month)
		}
		all = append(all, exceptionForm{n, days(l.When.YoungerThan), days(l.When.OlderThan), strings.Join(months, ", "), l.When.Segment, scaleText(&l.Scale)})
	}
	return append(all, exceptionForm{N: len(m.Limits)})
}

// scaleText writes a scale as one text.
func scaleText(s *health.Scale) string {
	var parts []string
	for _, p := range s.Points {
		parts = append(parts, plain(p[0])+": "+plain(p[1]))
	}
	for _, word := range slices.Sorted(maps.Keys(s.Choices)) {
		parts = append(parts, word+": "+plain(s.Choices[word]))
	}
	return strings.Join(parts, "; ")
}

// exceptions takes over the limits of the measure that is open, where the form has them. One whose fields are all empty is
// taken away. What is not shown, whether a scale goes in steps and what other texts score, stays.
func (d *drafting) exceptions(path string, m *health.Measure) {
	if !d.form.Has("limit.scale") {
		return
	}
	old := m.Limits
	m.Limits = nil
	for i := range d.form["limit.scale"] {
		at := func(name string) string {
			if all := d.form["limit."+name]; i < len(all) {
				return strings.TrimSpace(all[i])
			}
			return ""
		}
		if at("younger")+at("older")+at("months")+at("segment")+at("scale") == "" {
			continue
		}
		field := fmt.Sprintf("%s.limits[%d]", path, len(m.Limits))
		one := health.Limit{When: health.When{Segment: at("segment"), YoungerThan: int(d.number(field, at("younger"))), OlderThan: int(d.number(field, at("older")))}}
		for _, month := range list(at("months")) {
			one.When.Months = append(one.When.Months, int(d.number(field, month)))
		}
		one.Scale.Steps = d.text("open.how") == steps
		if i < len(old) {
			one.Scale.Steps, one.Scale.Otherwise = old[i].Scale.Steps, old[i].Scale.Otherwise
		}
		d.scaleFrom(field, at("scale"), &one.Scale)
		m.Limits = append(m.Limits, one)
	}
}

// scaleFrom reads what scaleText writes.
func (d *drafting) scaleFrom(field, text string, s *health.Scale) {
	for _, part := range strings.Split(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		cut := strings.LastIndex(part, ":")
		if cut < 0 {
			d.bad.Field(field, "%q is no value with its score: write it like 10: 80", part)
			continue
		}
		from, score := strings.TrimSpace(part[:cut]), d.number(field, strings.TrimSpace(part[cut+1:]))
		if d.text("open.how") == words {
			if s.Choices == nil {
				s.Choices = map[string]float64{}
			}
			s.Choices[from] = score
			continue
		}
		s.Points = append(s.Points, [2]float64{d.number(field, from), score})
	}
	slices.SortStableFunc(s.Points, func(a, b [2]float64) int { return cmp.Compare(a[0], b[0]) })
}
