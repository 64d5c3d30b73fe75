package stat

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Column is a column of a table that a risk is learned from: Numbers, NaN where missing, or Labels, "" where missing.
// The other is nil.
type Column struct {
	Name    string
	Numbers []float64
	Labels  []string
}

// ParseColumn makes a column of cells. What it is, is read from the cells of the training rows alone: numbers (also amounts
// and shares: "$1,250.00", "12 %"), dates (counted in days; of a way to write them that two ways could read, the one that
// reads more cells), or labels. Empty cells, NA, N/A, NaN, null and ? are missing; so are the few cells that are no number
// where at least 95 % are, and those are counted in odd.
func ParseColumn(name string, cells []string, training []int) (c Column, odd int) {
	told := 0
	read, most := func(string) (float64, bool) { return 0, false }, 0
	for _, way := range ways {
		n := 0
		told = 0
		for _, i := range training {
			cell := strings.TrimSpace(cells[i])
			if Missing(cell) {
				continue
			}
			told++
			if _, ok := way(cell); ok {
				n++
			}
		}
		if n > most {
			read, most = way, n
		}
		if 20*most >= 19*told {
			break
		}
	}
	if told == 0 || 20*most < 19*told {
		c = Column{Name: name, Labels: make([]string, len(cells))}
		for i, cell := range cells {
			if cell = strings.TrimSpace(cell); !Missing(cell) {
				c.Labels[i] = cell
			}
		}
		return c, 0
	}
	c = Column{Name: name, Numbers: make([]float64, len(cells))}
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		v, ok := read(cell)
		if !ok {
			v = math.NaN()
			if !Missing(cell) {
				odd++
			}
		}
		c.Numbers[i] = v
	}
	return c, odd
}

// Missing says whether a cell stands for nothing.
func Missing(cell string) bool {
	switch strings.ToLower(cell) {
	case "", "na", "n/a", "nan", "null", "?":
		return true
	}
	return false
}

// mostNumber is beyond what anybody measures; its square is still finite. What lies further out is a label like any text.
const mostNumber = 1e100

// ways are those in which a column of cells may be read as numbers, the plainest first.
var ways = []func(cell string) (float64, bool){number, dated(time.DateOnly, time.RFC3339, time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05"), amount,
	dated("1/2/2006", "1/2/2006 15:04", "1/2/2006 15:04:05"), dated("2/1/2006", "2/1/2006 15:04", "2/1/2006 15:04:05"), dated("2-1-2006", "2-1-2006 15:04"), dated("1-2-2006"), dated("2.1.2006", "2.1.2006 15:04"),
	dated("2006/1/2", "2006/1/2 15:04:05"), dated("Jan 2, 2006", "January 2, 2006"), dated("2 Jan 2006", "2 January 2006", "2-Jan-2006", "2-Jan-06")}

func number(cell string) (float64, bool) {
	v, err := strconv.ParseFloat(cell, 64)
	return v, err == nil && math.Abs(v) <= mostNumber
}

// grouped is a number with commas between thousands, a sign of a currency before it or of a share behind it.
var grouped = regexp.MustCompile(`^([-+]?)[$€£]? ?([-+]?)(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)? ?%?$`)

func amount(cell string) (float64, bool) {
	parts := grouped.FindStringSubmatch(cell)
	if parts == nil {
		return 0, false
	}
	return number(parts[1] + parts[2] + strings.ReplaceAll(parts[3], ",", "") + parts[4])
}

// dated reads dates written in one of some ways, in days.
func dated(layouts ...string) func(cell string) (float64, bool) {
	return func(cell string) (float64, bool) {
		if cell == "" || cell[0] > '9' && cell[len(cell)-1] > '9' { // most labels
			return 0, false
		}
		for _, layout := range layouts {
			if t, err := time.Parse(layout, cell); err == nil {
				return float64(t.Unix()) / 86400, true
			}
		}
		return 0, false
	}
}

// Pick is a column with only these rows, in this order.
func (c Column) Pick(rows []int) Column {
	picked := Column{Name: c.Name}
	for _, i := range rows {
		if c.Numbers != nil {
			picked.Numbers = append(picked.Numbers, c.Numbers[i])
		} else {
			picked.Labels = append(picked.Labels, c.Labels[i])
		}
	}
	return picked
}

func pick(columns []Column, rows []int) []Column {
	picked := make([]Column, len(columns))
	for i, c := range columns {
		picked[i] = c.Pick(rows)
	}
	return picked
}

// values are the numbers that are there, in order.
func (c Column) values() []float64 {
	var all []float64
	for _, v := range c.Numbers {
		if !math.IsNaN(v) {
			all = append(all, v)
		}
	}
	slices.Sort(all)
	return all
}

// counts are the labels that are there and how often.
func (c Column) counts() map[string]int {
	n := map[string]int{}
	for _, l := range c.Labels {
		if l != "" {
			n[l]++
		}
	}
	return n
}
