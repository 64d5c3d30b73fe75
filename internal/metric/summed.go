package metric

import "slices"

// Summed counts a metric from rows that a rollup has added up, each for many of those that the metric is defined over.
// What is empty is the definition's own; so are parts and tables that it does not have, which then need the single rows.
type Summed struct {
	Numerator   string `yaml:"numerator"`
	Denominator string `yaml:"denominator"`
	N           string `yaml:"n"`
	// Squares is the sum of the squares of the sample; Numerator is that of the sample itself.
	Squares string `yaml:"squares"`
	// Dimensions are those of the metric that the rows still have.
	Dimensions []string `yaml:"dimensions"`
	// Detail and Tables are the SQL of parts and tables, by name.
	Detail map[string]string `yaml:"detail"`
	Tables map[string]string `yaml:"tables"`

	body string
}

// over is the definition with the aggregates over the rows that were added up.
func (s *Summed) over(d *Definition) *Definition {
	w := *d
	replace(&w.Numerator, s.Numerator)
	replace(&w.Denominator, s.Denominator)
	replace(&w.N, s.N)
	if s.Squares != "" {
		w.Sample = ""
	}
	w.Detail = slices.Clone(d.Detail)
	for i := range w.Detail {
		w.Detail[i].SQL = s.Detail[w.Detail[i].Name]
	}
	return &w
}

// sumUp takes the rows that were added up, where they tell all that is asked for: of everybody, over whole days, by the
// policies as they come, and by no dimension that they lack.
func (e *evaluation) sumUp() {
	s := e.def.Summed
	if s == nil || e.by != "" && !slices.Contains(s.Dimensions, e.by) || !e.plain(e.compiler(e.points)) {
		return
	}
	if !e.lean && slices.ContainsFunc(e.def.Detail, func(p Part) bool { return s.Detail[p.Name] == "" }) {
		return
	}
	e.summed = s
}
