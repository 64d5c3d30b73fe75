package stat

import (
	"math"
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

// ParseColumn makes a column of cells. What it is, is read from the cells of the training rows alone: numbers, dates
// (RFC 3339 or days; counted in days), or labels. Empty cells, NA, N/A, NaN, null and ? are missing; so are the few cells
// that are no number where at least 95 % are, and those are counted in odd.
func ParseColumn(name string, cells []string, training []int) (c Column, odd int) {
	told, numbers, dates := 0, 0, 0
	for _, i := range training {
		cell := strings.TrimSpace(cells[i])
		if Missing(cell) {
			continue
		}
		told++
		if _, ok := number(cell); ok {
			numbers++
		} else if _, ok := date(cell); ok {
			dates++
		}
	}
	read := number
	switch {
	case told == 0, 20*numbers < 19*told && 20*dates < 19*told:
		c = Column{Name: name, Labels: make([]string, len(cells))}
		for i, cell := range cells {
			if cell = strings.TrimSpace(cell); !Missing(cell) {
				c.Labels[i] = cell
			}
		}
		return c, 0
	case dates > numbers:
		read = date
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

func number(cell string) (float64, bool) {
	v, err := strconv.ParseFloat(cell, 64)
	return v, err == nil && math.Abs(v) <= mostNumber
}

func date(cell string) (float64, bool) {
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime} {
		if t, err := time.Parse(layout, cell); err == nil {
			return float64(t.Unix()) / 86400, true
		}
	}
	return 0, false
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
