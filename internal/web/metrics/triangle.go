package metrics

import (
	"math"
	"strconv"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
)

// triangle is what became of cohorts: a line for each, a column for every piece of time since it began.
type triangle struct {
	Heads []string
	Lines []cohort
}

type cohort struct {
	Label, Size string
	Cells       []heat
}

type heat struct {
	Text    string
	Heat    int // 0 to 5
	Running bool
}

// heats is how many shades there are.
const heats = 6

// triangleOf lays out rows of (cohort, nth, size, share …). Shares of money may pass 100 %: the darkest shade is theirs too.
func triangleOf(rows []metric.Row, t metric.Table, currency string, lang i18n.Lang) triangle {
	f := reading.Figures{Lang: lang, Unit: metric.Percent}
	last := 0
	var lines []cohort
	at := map[string]int{}
	for _, row := range rows {
		nth, ok := reading.Number(row["nth"])
		if !ok || nth < 0 || nth > 400 {
			continue
		}
		key := reading.Cell(lang, row["cohort"], "", "")
		if _, known := at[key]; !known {
			at[key] = len(lines)
			lines = append(lines, cohort{Label: key, Size: reading.Cell(lang, row["size"], metric.Count, "")})
		}
		line := &lines[at[key]]
		n := int(nth)
		last = max(last, n)
		for len(line.Cells) <= n {
			line.Cells = append(line.Cells, heat{})
		}
		share, ok := reading.Number(row["share"])
		if !ok {
			continue
		}
		one := heat{Text: f.Whole(math.Round(share)), Heat: min(heats-1, max(0, int(share/100*heats)))}
		if over, known := row["is_over"].(bool); known && !over {
			one.Running = true
		}
		line.Cells[n] = one
	}
	tri := triangle{Lines: lines, Heads: []string{i18n.T(lang, "heading.cohort"), i18n.T(lang, "heading.size")}}
	for n := 0; n <= last; n++ {
		tri.Heads = append(tri.Heads, strconv.Itoa(n))
	}
	return tri
}
