package metrics

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// detail shows what stands beside the value: figures in the order of the definition, then tables and distributions.
func (s *shown) detail(d metric.Described, a *metric.Answer, lang i18n.Lang) {
	told := map[string]bool{}
	for _, p := range d.Parts {
		v, ok := a.Detail[p.Name]
		if told[p.Name] = ok; !ok || v == nil {
			continue
		}
		if f, isFigure := v.(*metric.Figure); isFigure && f == nil {
			continue
		}
		s.Parts = append(s.Parts, part{partLabel(p, lang), reading.Cell(lang, v, p.Unit, a.Currency)})
	}
	tables := map[string]metric.Table{}
	for _, t := range d.Tables {
		tables[t.Name] = t
	}
	words := vocabulary(d.Words)
	for _, w := range d.Words {
		if v, isNumber := reading.Number(a.Detail[w.Name]); isNumber && !told[w.Name] {
			told[w.Name] = true
			s.Parts = append(s.Parts, part{i18n.Text(w.Label).In(lang), reading.Cell(lang, v, w.Unit, a.Currency)})
		}
	}
	for _, name := range sorted(a.Detail) {
		switch v := a.Detail[name].(type) {
		case []metric.Row:
			if len(v) > 0 {
				s.Blocks = append(s.Blocks, newBlock(name, tables[name], words, v, a, lang))
			}
		case map[string]int64:
			if len(v) > 0 {
				s.Blocks = append(s.Blocks, distribution(name, v, lang))
			}
		default:
			if _, isNumber := reading.Number(v); isNumber && !told[name] {
				s.Parts = append(s.Parts, part{ui.Named(lang, "detail", name), reading.Cell(lang, v, metric.Number, a.Currency)})
			}
		}
	}
}

func partLabel(p metric.Part, lang i18n.Lang) string {
	if label := i18n.Text(p.Label).In(lang); label != "" {
		return label
	}
	return ui.Named(lang, "detail", p.Name)
}

// vocabulary are the words of a metric's estimators.
type vocabulary []metric.Word

func (v vocabulary) find(name string) (metric.Word, bool) {
	i := slices.IndexFunc(v, func(w metric.Word) bool { return w.Name == name })
	if i < 0 {
		return metric.Word{}, false
	}
	return v[i], true
}

// named is what the estimator calls it, or else what all pages do.
func (v vocabulary) named(lang i18n.Lang, group, name string) string {
	if w, ok := v.find(name); ok {
		return i18n.Text(w.Label).In(lang)
	}
	return ui.Named(lang, group, name)
}

// block is a table or a picture beside the value. Kind says how it is shown: steps of a funnel, a triangle of cohorts,
// a distribution, ways to count side by side, a curve, or a plain table.
type block struct {
	Kind, Title string
	Steps       []step
	Bars        []bar
	Triangle    triangle
	Curve       *ui.Chart
	Heads       []head
	Rows        [][]cell
	More        int
	Facts       string // address of those that the page rests on
}

type head struct {
	Label   string
	Numeric bool
}

type cell struct {
	Text, Label string
	Numeric     bool
}

type step struct {
	Label, Reached, Share, Drop, Time string
	Width                             float64 // 0 to 120
}

type bar struct {
	Label, Value, Share string
	Width               float64 // 0 to 120
}

// rowsShown is how many rows of a plain table are listed.
const rowsShown = 50

func newBlock(name string, t metric.Table, words vocabulary, rows []metric.Row, a *metric.Answer, lang i18n.Lang) block {
	b := block{Title: i18n.Text(t.Label).In(lang)}
	if b.Title == "" {
		b.Title = words.named(lang, "table", name)
	}
	has := func(names ...string) bool {
		for _, n := range names {
			if _, ok := rows[0][n]; !ok {
				return false
			}
		}
		return true
	}
	switch {
	case has("n", "step", "reached"):
		b.Kind = "funnel"
		b.Steps = funnel(rows, "step", "reached", lang)
	case has("started", "so_far", "n"):
		b.Kind = "funnel"
		b.Steps = funnel(rows, firstText(rows[0]), "so_far", lang)
	case has("cohort", "nth"):
		b.Kind = "triangle"
		b.Triangle = triangleOf(rows, t, a.Currency, lang)
	case has("variant", "label", "value", "n"):
		b.Kind = "ways"
		b.ways(rows, a, lang)
	case has("month", "share", "low", "high"):
		b.Kind = "curve"
		b.Curve = curve(b.Title, rows, lang)
		b.plain(t, words, rows, a.Currency, lang)
	default:
		b.Kind = "table"
		b.plain(t, words, rows, a.Currency, lang)
	}
	return b
}

// plain lists the rows as they are. The columns stand in the order in which the table's own text, or the words of the
// estimator, name them; those in which no row has anything are left out.
func (b *block) plain(t metric.Table, words vocabulary, rows []metric.Row, currency string, lang i18n.Lang) {
	names := slices.DeleteFunc(sorted(rows[0]), func(name string) bool {
		return !slices.ContainsFunc(rows, func(row metric.Row) bool { return !empty(row[name]) })
	})
	slices.SortStableFunc(names, func(x, y string) int {
		inWords := func(name string) int {
			return slices.IndexFunc(words, func(w metric.Word) bool { return w.Name == name })
		}
		return cmp.Or(cmp.Compare(place(t.SQL, x), place(t.SQL, y)), cmp.Compare(inWords(x), inWords(y)))
	})
	numeric := map[string]bool{}
	for _, name := range names {
		for _, row := range rows {
			if _, ok := reading.Number(row[name]); ok {
				numeric[name] = true
				break
			}
		}
		b.Heads = append(b.Heads, head{words.named(lang, "heading", name), numeric[name]})
	}
	for i, row := range rows {
		if i == rowsShown {
			b.More = len(rows) - rowsShown
			break
		}
		var cells []cell
		for j, name := range names {
			text := reading.Cell(lang, row[name], unitOf(t, words, name, row[name]), currency)
			if code, isText := row[name].(string); isText {
				if of := (reading.Groups{Lang: lang, By: name, Called: func(id string) string { return id }}).Label(&code); of != code {
					text = of
				}
				if w, known := words.find(code); known {
					text = i18n.Text(w.Label).In(lang)
				}
			}
			cells = append(cells, cell{Text: text, Label: b.Heads[j].Label, Numeric: numeric[name]})
		}
		b.Rows = append(b.Rows, cells)
	}
}

// empty says that a cell holds nothing.
func empty(v any) bool {
	f, isFigure := v.(*metric.Figure)
	return v == nil || isFigure && f == nil
}

func unitOf(t metric.Table, words vocabulary, name string, v any) metric.Unit {
	if u := t.Units[name]; u != "" {
		return u
	}
	if w, ok := words.find(name); ok && w.Unit != "" {
		return w.Unit
	}
	if _, whole := v.(int64); whole {
		return metric.Count
	}
	return metric.Number
}

// place is where a text first names a column.
func place(text, name string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return len(text)
		}
		i += from
		end := i + len(name)
		if (i == 0 || !nameByte(text[i-1])) && (end == len(text) || !nameByte(text[end])) {
			return i
		}
		from = end
	}
}

func nameByte(b byte) bool {
	return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

func firstText(row metric.Row) string {
	for _, name := range sorted(row) {
		if _, ok := row[name].(string); ok {
			return name
		}
	}
	return ""
}

// funnel shows how many reached each step and how many were lost on the way to it.
func funnel(rows []metric.Row, label, reached string, lang i18n.Lang) []step {
	count := reading.Figures{Lang: lang, Unit: metric.Count}
	percent := reading.Figures{Lang: lang, Unit: metric.Percent}
	first, before := 0.0, 0.0
	var steps []step
	for i, row := range rows {
		n, _ := reading.Number(row[reached])
		if i == 0 {
			if first = n; row["started"] != nil {
				first, _ = reading.Number(row["started"])
			}
			before = first
		}
		s := step{Label: reading.Cell(lang, row[label], metric.Count, ""), Reached: count.Whole(n)}
		if first > 0 {
			s.Share, s.Width = percent.Whole(100*n/first), 120*min(n/first, 1)
		}
		if lost := before - n; lost > 0 && before > 0 {
			s.Drop = i18n.T(lang, "metrics.lost_on_the_way", "n", int64(lost), "share", percent.Whole(100*lost/before))
		}
		if v, ok := reading.Number(row["median_seconds"]); ok && i > 0 {
			s.Time = i18n.T(lang, "metrics.median_time", "time", reading.Figures{Lang: lang, Unit: metric.Seconds}.Whole(v))
		}
		steps, before = append(steps, s), n
	}
	return steps
}

func (b *block) ways(rows []metric.Row, a *metric.Answer, lang i18n.Lang) {
	f := reading.Figures{Lang: lang, Unit: a.Unit, Currency: a.Currency}
	b.Heads = []head{{i18n.T(lang, "metrics.variant"), false}, {i18n.T(lang, "metrics.value"), true}, {i18n.T(lang, "metrics.interval95"), true}, {i18n.T(lang, "metrics.count"), true}}
	for _, row := range rows {
		interval := "–"
		low, ok := reading.Number(row["low"])
		if high, ok2 := reading.Number(row["high"]); ok && ok2 {
			from, _ := f.Write(low)
			interval = from + "\u00a0–\u00a0" + f.Whole(high)
		}
		cells := []string{reading.Cell(lang, row["label"], "", ""), reading.Cell(lang, row["value"], a.Unit, a.Currency), interval, reading.Cell(lang, row["n"], metric.Count, "")}
		var line []cell
		for j, text := range cells {
			line = append(line, cell{text, b.Heads[j].Label, b.Heads[j].Numeric})
		}
		b.Rows = append(b.Rows, line)
	}
}

// curve draws survival over time, with its band.
func curve(title string, rows []metric.Row, lang i18n.Lang) *ui.Chart {
	f := reading.Figures{Lang: lang, Unit: metric.Percent}
	var samples []ui.Sample
	for _, row := range rows {
		at := reading.Cell(lang, row["month"], metric.Number, "")
		s := ui.Sample{Label: at}
		for name, into := range map[string]**float64{"share": &s.Value, "low": &s.Low, "high": &s.High} {
			if v, ok := reading.Number(row[name]); ok {
				*into = &v
			}
		}
		if s.Value != nil {
			s.Title = at + ": " + f.Whole(*s.Value)
		}
		samples = append(samples, s)
	}
	return ui.NewChart(title, samples, f.Axis, "")
}

// distribution shows how often each value occurs, the values in their order.
func distribution(name string, counts map[string]int64, lang i18n.Lang) block {
	keys := sorted(counts)
	slices.SortStableFunc(keys, func(a, b string) int {
		x, errX := strconv.ParseFloat(a, 64)
		y, errY := strconv.ParseFloat(b, 64)
		if errX != nil || errY != nil {
			return 0
		}
		return cmp.Compare(x, y)
	})
	var all, top int64
	for _, n := range counts {
		all, top = all+n, max(top, n)
	}
	b := block{Kind: "bars", Title: ui.Named(lang, "table", name)}
	count, percent := reading.Figures{Lang: lang, Unit: metric.Count}, reading.Figures{Lang: lang, Unit: metric.Percent}
	for _, key := range keys {
		n := counts[key]
		label := key
		if v, err := strconv.ParseFloat(key, 64); err == nil {
			label = reading.Figures{Lang: lang, Unit: metric.Number}.Whole(v)
		}
		b.Bars = append(b.Bars, bar{Label: label, Value: count.Whole(float64(n)), Share: percent.Whole(100 * float64(n) / float64(max(all, 1))), Width: 120 * float64(n) / float64(max(top, 1))})
	}
	return b
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
