package scorecards

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// A scorecard is edited as a form or as text. The form is sent with the text that it was made from: its fields change that,
// so what the form does not show (labels in other languages, how exceptions are stepped) stays as it is.

// drafting reads the fields of a form into a scorecard.
type drafting struct {
	card *health.Scorecard
	form url.Values
	lang i18n.Lang
	bad  *fault.Error
}

func (d *drafting) text(name string) string { return strings.TrimSpace(d.form.Get(name)) }

// number reads a number that stands in a field; an empty one is 0.
func (d *drafting) number(field, text string) float64 {
	if strings.TrimSpace(text) == "" {
		return 0
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(text), ",", "."), 64)
	if err != nil {
		d.bad.Field(field, "%q is no number", text)
	}
	return x
}

// list reads values with commas between them.
func list(text string) []string {
	var all []string
	for _, one := range strings.Split(text, ",") {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}

// say puts a text in a language in place of another; where there is no English one it stands for that too, which everybody
// is shown who has none.
func say(t i18n.Text, text string, lang i18n.Lang) i18n.Text {
	switch lang {
	case i18n.ES:
		t.ES = text
	case i18n.RO:
		t.RO = text
	case i18n.RU:
		t.RU = text
	default:
		t.EN = text
	}
	t.EN = cmp.Or(t.EN, text)
	return t
}

// sayIf changes a text only where another is said, so that one that is shown in English for want of a translation is not
// taken for one.
func (d *drafting) sayIf(t *i18n.Text, field string) {
	if text := d.text(field); text != t.In(d.lang) {
		*t = say(*t, text, d.lang)
	}
}

// fields takes over all that the form shows.
func (d *drafting) fields() {
	c := d.card
	d.sayIf(&c.Label, "name")
	c.Segment, c.Stages = d.text("segment"), list(d.form.Get("stages"))
	c.Priority, c.Aspect = int(d.number("priority", d.text("priority"))), d.text("aspect")
	if counts := d.number("weight", d.text("counts")); counts != 1 || c.Weight != nil {
		c.Weight = &counts
	}
	c.Tree = health.TreeRule(d.text("tree"))
	c.LeastCoverage = d.number("least_coverage", d.text("least_coverage"))
	bands := health.Bands{Good: d.number("bands", d.text("good")), Average: d.number("bands", d.text("average")), Dwell: int(d.number("bands.dwell", d.text("dwell")))}
	if c.Bands != (health.Bands{}) || bands != health.UsualBands {
		c.Bands = bands
	}
	for g := range c.Groups {
		group, at := &c.Groups[g], fmt.Sprintf("g%d", g)
		d.sayIf(&group.Label, at+".name")
		group.Weight = d.number(fmt.Sprintf("groups[%d].weight", g), d.text(at+".weight"))
		for m := range group.Measures {
			group.Measures[m].Weight = d.number(fmt.Sprintf("groups[%d].measures[%d].weight", g, m), d.text(fmt.Sprintf("%s.m%d.weight", at, m)))
		}
	}
	if spot, m := spotOf(c, d.text("open")); m != nil {
		d.measure(spot, m)
	}
	d.caps()
}

// spotOf finds a measure by its place, "0.1"; nil where there is none.
func spotOf(c *health.Scorecard, at string) (path string, m *health.Measure) {
	first, second, ok := strings.Cut(at, ".")
	g, err := strconv.Atoi(first)
	if err != nil || !ok || g < 0 || g >= len(c.Groups) {
		return "", nil
	}
	n, err := strconv.Atoi(second)
	if err != nil || n < 0 || n >= len(c.Groups[g].Measures) {
		return "", nil
	}
	return fmt.Sprintf("groups[%d].measures[%d]", g, n), &c.Groups[g].Measures[n]
}

// measure takes over the fields of the measure that is open.
func (d *drafting) measure(path string, m *health.Measure) {
	d.sayIf(&m.Label, "open.name")
	source := d.text("open.source")
	if source != sourceOf(m) { // another source has other limits: Choose finds them
		m.Read, m.Judged = readingOf(source)
		m.Scale, m.Limits = health.Scale{}, nil
	} else if !m.Judged {
		m.Read.Window, m.Read.Counted, m.Read.Survey, m.Read.Variant = d.text("open.window"), d.text("open.counted"), d.text("open.survey"), d.text("open.variant")
		m.Read.Change = d.form.Has("open.change")
		m.Read.Only = onlyOf(d.form.Get("open.only"))
		d.scale(path, m)
		d.exceptions(path, m)
	} else {
		d.scale(path, m)
		d.exceptions(path, m)
	}
	m.Plans = list(d.form.Get("open.plans"))
	m.Missing, m.Days = health.Missing(d.text("open.missing")), 0
	if m.Missing == health.Keep {
		m.Days = int(d.number(path+".days", d.text("open.days")))
	}
}

// How a scale is written in the form.
const (
	linear = "linear"
	steps  = "steps"
	words  = "words"
)

func (d *drafting) scale(path string, m *health.Measure) {
	values, scores := d.form["open.from"], d.form["open.score"]
	old := m.Scale
	m.Scale = health.Scale{Steps: d.text("open.how") == steps}
	inWords := d.text("open.how") == words
	for i, from := range values {
		if from = strings.TrimSpace(from); from == "" || i >= len(scores) {
			continue
		}
		score := d.number(path+".scale.points", scores[i])
		if inWords {
			if m.Scale.Choices == nil {
				m.Scale.Choices, m.Scale.Steps, m.Scale.Otherwise = map[string]float64{}, false, old.Otherwise
			}
			m.Scale.Choices[from] = score
			continue
		}
		m.Scale.Points = append(m.Scale.Points, [2]float64{d.number(path+".scale.points", from), score})
	}
	slices.SortStableFunc(m.Scale.Points, func(a, b [2]float64) int { return cmp.Compare(a[0], b[0]) })
}

func (d *drafting) caps() {
	measures, values := d.form["cap.measure"], d.form["cap.value"]
	var all []health.Cap
	for i, measure := range measures {
		at := func(name string) string {
			if i < len(d.form[name]) {
				return strings.TrimSpace(d.form[name][i])
			}
			return ""
		}
		field := fmt.Sprintf("caps[%d]", len(all))
		var c health.Cap
		if i < len(d.card.Caps) {
			c = d.card.Caps[i]
		}
		if measure == "" && at("cap.segment") == "" && at("cap.at") == "" {
			continue
		}
		c.Measure, c.Segment, c.Above, c.Below = measure, at("cap.segment"), nil, nil
		if text := at("cap.label"); text != c.Label.In(d.lang) {
			c.Label = say(c.Label, text, d.lang)
		}
		if c.At = d.number(field+".at", at("cap.at")); measure != "" && i < len(values) && strings.TrimSpace(values[i]) != "" {
			x := d.number(field, values[i])
			if at("cap.sign") == "below" {
				c.Below = &x
			} else {
				c.Above = &x
			}
		}
		all = append(all, c)
	}
	d.card.Caps = all
}

// sourceOf is what a measure reads as one word: "metric:mau".
func sourceOf(m *health.Measure) string {
	r := m.Read
	switch {
	case m.Judged:
		return "judged"
	case r.Metric != "":
		return "metric:" + r.Metric
	case r.Event != "":
		return "event:" + r.Event
	case r.Vital != "":
		return "vital:" + r.Vital
	case r.Trait != "":
		return "trait:" + r.Trait
	case r.Answer != "":
		return "answer:" + r.Answer
	}
	return ""
}

// readingOf is what a source reads, in the usual window.
func readingOf(source string) (metric.Reading, bool) {
	kind, name, _ := strings.Cut(source, ":")
	switch kind {
	case "judged":
		return metric.Reading{}, true
	case "metric":
		return metric.Reading{Metric: name}, false
	case "event":
		return metric.Reading{Event: name}, false
	case "vital":
		return metric.Reading{Vital: name}, false
	case "trait":
		return metric.Reading{Trait: name}, false
	case "answer":
		return metric.Reading{Answer: name, Window: "180 days"}, false
	}
	return metric.Reading{}, false
}

// onlyOf reads "priority = urgent, high; channel = email".
func onlyOf(text string) map[string][]string {
	var only map[string][]string
	for _, part := range strings.Split(text, ";") {
		name, values, ok := strings.Cut(part, "=")
		if name = strings.TrimSpace(name); ok && name != "" {
			if only == nil {
				only = map[string][]string{}
			}
			only[name] = list(values)
		}
	}
	return only
}

// onlyText writes it.
func onlyText(only map[string][]string) string {
	names := make([]string, 0, len(only))
	for name := range only {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = name + " = " + strings.Join(only[name], ", ")
	}
	return strings.Join(names, "; ")
}

// do does what a button of the form says to a draft, and gives the measure that is open then.
func (a *Area) do(ctx context.Context, c *health.Scorecard, do, open string, lang i18n.Lang) (string, error) {
	what, at, _ := strings.Cut(do, ":")
	g, m := place(at)
	there := g >= 0 && g < len(c.Groups)
	inside := there && m >= 0 && m < len(c.Groups[g].Measures)
	switch what {
	case "open":
		return at, nil
	case "close":
		return "", nil
	case "add-group":
		c.Groups = append(c.Groups, health.ScoreGroup{ID: freeID("group", c), Label: say(i18n.Text{}, i18n.T(lang, "health.form.new_group"), lang), Weight: 100 / float64(len(c.Groups)+1)})
		c.Balance(-1)
		return "", nil
	case "add-measure":
		if !there {
			break
		}
		group := &c.Groups[g]
		group.Measures = append(group.Measures, health.Measure{ID: freeID("measure", c), Label: say(i18n.Text{}, i18n.T(lang, "health.form.new_measure"), lang), Weight: 100 / float64(max(1, len(group.Measures)))})
		c.Balance(g)
		return fmt.Sprintf("%d.%d", g, len(group.Measures)-1), nil
	case "remove":
		switch {
		case inside:
			group := &c.Groups[g]
			c.Caps = slices.DeleteFunc(c.Caps, func(one health.Cap) bool { return one.Measure == group.Measures[m].ID })
			group.Measures = slices.Delete(group.Measures, m, m+1)
			c.Balance(g)
		case there && m < 0:
			c.Groups = slices.Delete(c.Groups, g, g+1)
			c.Balance(-1)
		}
		return "", nil
	case "balance":
		if there || g < 0 {
			c.Balance(g)
		}
		return open, nil
	case "up", "down":
		if to := m + map[string]int{"up": -1, "down": 1}[what]; inside && to >= 0 && to < len(c.Groups[g].Measures) {
			all := c.Groups[g].Measures
			all[m], all[to] = all[to], all[m]
		}
		return "", nil
	}
	return open, nil
}

// place reads "0.1" or "0"; -1 is none.
func place(at string) (group, measure int) {
	first, second, ok := strings.Cut(at, ".")
	group, err := strconv.Atoi(first)
	if err != nil {
		return -1, -1
	}
	if measure, err = strconv.Atoi(second); err != nil || !ok {
		return group, -1
	}
	return group, measure
}

// freeID is an id that no group and no measure of a scorecard has.
func freeID(base string, c *health.Scorecard) string {
	taken := map[string]bool{}
	for _, g := range c.Groups {
		taken[g.ID] = true
		for _, m := range g.Measures {
			taken[m.ID] = true
		}
	}
	for n := 1; ; n++ {
		if id := base + "_" + strconv.Itoa(n); !taken[id] {
			return id
		}
	}
}
