// Package metric says what a metric is: one definition, written once as SQL with a header (catalog/*.sql), a query as
// data, and an answer that explains itself. It turns a query into SQL over the relations in relation/*/*.sql, runs it
// through a View and adds what belongs to a number: interval, previous period, bands, sample size.
//
// It leaves to lake how facts are stored and kept up to date, and to the edges how an answer is shown.
package metric

import (
	"go.yaml.in/yaml/v3"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Definition is one metric: what it is called, how it is computed and how it may be read.
type Definition struct {
	ID      string `yaml:"id"`
	Family  string `yaml:"family"`
	Label   Text   `yaml:"label"`
	About   Text   `yaml:"about"`
	Formula Text   `yaml:"formula"`
	Unit    Unit   `yaml:"unit"`
	Better  string `yaml:"better"`
	Type    Type   `yaml:"type"`
	// Facts are the kinds of fact it needs. Others are those of which the value for one account also rests on what there is
	// of other accounts, such as what is used on the same plan.
	Facts  []string `yaml:"facts"`
	Others []string `yaml:"others"`
	// Numerator and Denominator are SQL aggregates over the rows that the body gives; without a denominator the
	// value is the numerator. Scale multiplies the value (100 for percent). N counts what the value rests on. A money
	// aggregate is in millionths of the minor unit; its unit is that of the value unless stated.
	Numerator       string  `yaml:"numerator"`
	NumeratorUnit   Unit    `yaml:"numerator_unit"`
	Denominator     string  `yaml:"denominator"`
	DenominatorUnit Unit    `yaml:"denominator_unit"`
	Scale           float64 `yaml:"scale"`
	N               string  `yaml:"n"`
	// Key names the columns of what is counted, such as account or ticket_id: the numerators of all keys add up to the
	// numerator, and so do the denominators. It is how a number is opened.
	Key []string `yaml:"key"`
	// Reach is how many days before the period still count, for windows that trail.
	Reach int `yaml:"reach"`
	// Excluded are the reasons why a candidate is not counted, by the code that the body gives in its column excluded.
	Excluded map[string]Text `yaml:"excluded"`
	// Estimator computes the value from the columns that Observe names, where no aggregate can; see estimators.
	Estimator string   `yaml:"estimator"`
	Observe   []string `yaml:"observe"`
	// Words are what is shown of an estimator's work, in its order: the figures and tables beside the value with their
	// columns and codes, and what was observed of one thing.
	Words []Word `yaml:"words"`
	// Sample is the observation on each row, for the intervals of means and of nps; those of shares need only the value.
	Sample   string   `yaml:"sample"`
	Interval Interval `yaml:"interval"`
	// SampleOf is, for the interval of a ratio of two sums, the denominator's part on each row.
	SampleOf string `yaml:"sample_of"`
	// Range is the least the value can be, and the most where there is one: an interval goes no further.
	Range []float64 `yaml:"range"`
	// Beside are ways to count that are shown side by side, as a table in the detail of each of them.
	Beside *Beside `yaml:"beside"`
	// Dimensions are columns of the rows that a breakdown may use, beside every account trait.
	Dimensions []string `yaml:"dimensions"`
	// People says that the rows have a column person, so that a breakdown may use traits of contacts.
	People bool `yaml:"people"`
	// PersonFor is "breakdown" when nothing else looks at who it was: then it is only looked up for breakdowns by contacts.
	PersonFor string `yaml:"person_for"`
	// GroupedBy is the dimension that belongs to the metric: it is broken down by it unless asked otherwise, and the
	// denominator is that of all groups together.
	GroupedBy string `yaml:"grouped_by"`
	// Detail are parts shown beside the value: SQL aggregates over the same rows.
	Detail []Part `yaml:"detail"`
	// Distribution is a column whose values are counted, beside the value.
	Distribution string `yaml:"distribution"`
	// Tables are lists shown beside the value, such as the steps of a funnel.
	Tables   []Table   `yaml:"tables"`
	Variants []Variant `yaml:"variants"`
	Bands    []Band    `yaml:"bands"`
	// Adds says that the values of the points of a series add up to that of the whole period: each thing counted is in
	// one point only. Only an activity can.
	Adds bool `yaml:"adds"`
	// Finest is the finest grain the rows allow; empty means hour.
	Finest Grain `yaml:"finest"`
	// Examples are cases that can be followed by hand: the documentation shows them, and tests load their facts.
	Examples []Example `yaml:"examples"`

	// Body gives the rows. Short cuts may stand beside it, for questions over whole days without segment or as-of: Fast
	// gives the totals (i, numerator, denominator, n) of the points, Groups the same by the metric's own dimension, with
	// group_key; Running gives (day, n), sorted, for metrics that are a count at the end of a day, which holds until the
	// next row. File is where it was read from.
	Body, Fast, Groups, Running, File string `yaml:"-"`
	// Summed is how the same is counted from rows that rollups have added up, where a question needs no more than these tell.
	Summed *Summed `yaml:"summed"`
	// bodies are those of variants that count other rows; lines are those of the file in which they and Body, under "",
	// begin. Source is the whole file.
	bodies map[string]string
	lines  map[string]int
	Source string `yaml:"-"`
}

// Variant is a named way to count the same thing. What it leaves empty is the definition's own.
type Variant struct {
	ID              string   `yaml:"id"`
	Label           Text     `yaml:"label"`
	Formula         Text     `yaml:"formula"`
	Better          string   `yaml:"better"`
	Unit            Unit     `yaml:"unit"`
	Type            Type     `yaml:"type"`
	Facts           []string `yaml:"facts"`
	Numerator       string   `yaml:"numerator"`
	NumeratorUnit   Unit     `yaml:"numerator_unit"`
	Denominator     string   `yaml:"denominator"`
	DenominatorUnit Unit     `yaml:"denominator_unit"`
	Scale           float64  `yaml:"scale"`
	N               string   `yaml:"n"`
	Key             []string `yaml:"key"`
	Reach           int      `yaml:"reach"`
	Estimator       string   `yaml:"estimator"`
	Observe         []string `yaml:"observe"`
	Words           []Word   `yaml:"words"`
	Sample          string   `yaml:"sample"`
	SampleOf        string   `yaml:"sample_of"`
	Interval        Interval `yaml:"interval"`
	// Where narrows the rows.
	Where string `yaml:"where"`
	// Detail, Tables, Distribution and Excluded are those of a variant with a body of its own.
	Detail       []Part          `yaml:"detail"`
	Tables       []Table         `yaml:"tables"`
	Distribution string          `yaml:"distribution"`
	Excluded     map[string]Text `yaml:"excluded"`
	// NoBands leaves the bands out where they were stated for another way to count.
	NoBands bool   `yaml:"no_bands"`
	Bands   []Band `yaml:"bands"`
}

// Part is one figure beside the value.
type Part struct {
	Name  string `yaml:"name"`
	Label Text   `yaml:"label"`
	Unit  Unit   `yaml:"unit"`
	SQL   string `yaml:"sql"`
}

// Example is a case worked by hand: what there was, and the value that comes out of it for May 2026, or from another day to
// the end of May; of one Group where the metric is broken down by itself.
type Example struct {
	Text    string            `yaml:"text"`
	Variant string            `yaml:"variant"`
	Value   float64           `yaml:"value"`
	Group   string            `yaml:"group"`
	From    string            `yaml:"from"`
	Set     map[string]string `yaml:"set"`
	// Facts are given by their columns, and by fact (the kind), at (10 May unless stated), account, user, and times: how
	// many of them, numbered where a text has a #.
	Facts []map[string]any `yaml:"facts"`
}

// Word is what a figure, a table, a column or a code of an estimator is called, and its unit where it is a number.
type Word struct {
	Name  string `yaml:"name"`
	Label Text   `yaml:"label"`
	Unit  Unit   `yaml:"unit"`
	// Sum adds up what was observed of one thing in several rows; otherwise the largest is shown.
	Sum bool `yaml:"sum"`
}

// Table is a list beside the value: a select over {rows}, the counted rows of the whole period. Where it says {group},
// the key of a breakdown is put, so that each group has its own. Units gives the units of its columns that are not
// plain text or numbers: money in millionths of the minor unit is shown in the major one.
type Table struct {
	Name  string          `yaml:"name"`
	Label Text            `yaml:"label"`
	Units map[string]Unit `yaml:"units"`
	SQL   string          `yaml:"sql"`
}

// Beside is a table of what several ways to count say about the same rows.
type Beside struct {
	Name     string   `yaml:"name"`
	Label    Text     `yaml:"label"`
	Variants []string `yaml:"variants"`
}

// Band is a range with a name and the source that states it. A nil limit is open; From is inside, To is not.
type Band struct {
	Label  string   `yaml:"label"`
	From   *float64 `yaml:"from"`
	To     *float64 `yaml:"to"`
	Source string   `yaml:"source"`
}

// Text is a label in the four languages, as definition files write it.
type Text i18n.Text

// UnmarshalYAML reads {en: …, es: …, ro: …, ru: …}; all four are needed.
func (t *Text) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode { // the same in every language, such as a formula of signs
		*t = Text{EN: node.Value, ES: node.Value, RO: node.Value, RU: node.Value}
		return nil
	}
	var m map[string]string
	if err := node.Decode(&m); err != nil {
		return err
	}
	*t = Text{EN: m["en"], ES: m["es"], RO: m["ro"], RU: m["ru"]}
	if t.EN == "" || t.ES == "" || t.RO == "" || t.RU == "" {
		return fault.Said("line %d: needs the languages en, es, ro and ru", node.Line)
	}
	return nil
}

// Unit is what a value is counted in.
type Unit string

// The units. Money answers carry their currency beside.
const (
	Points  Unit = "points"
	Percent Unit = "percent"
	Count   Unit = "count"
	Money   Unit = "money"
	Seconds Unit = "seconds"
	Minutes Unit = "minutes"
	Hours   Unit = "hours"
	Days    Unit = "days"
	Months  Unit = "months"
	Score   Unit = "score"
	Number  Unit = "number"
)

var units = []Unit{Points, Percent, Count, Money, Seconds, Minutes, Hours, Days, Months, Score, Number}

// Type says what may be done with a metric's values: balances are not summed over time, ratios are not added up.
type Type string

// The types of metrics.
const (
	Balance      Type = "balance"
	Activity     Type = "activity"
	Ratio        Type = "ratio"
	Distribution Type = "distribution"
)

// With is the definition as the variant counts it; "" is the first one, the default. False when it has no such variant.
func (d *Definition) With(variant string) (*Definition, Variant, bool) {
	if len(d.Variants) == 0 {
		return d, Variant{ID: "standard"}, variant == "" || variant == "standard"
	}
	for i, v := range d.Variants {
		if v.ID != variant && !(variant == "" && i == 0) {
			continue
		}
		w := *d
		w.bodies = nil
		replace(&w.Formula, v.Formula)
		replace(&w.Better, v.Better)
		replace(&w.Unit, v.Unit)
		replace(&w.Type, v.Type)
		replace(&w.Reach, v.Reach)
		replace(&w.Numerator, v.Numerator)
		replace(&w.NumeratorUnit, v.NumeratorUnit)
		replace(&w.Denominator, v.Denominator)
		replace(&w.DenominatorUnit, v.DenominatorUnit)
		if w.Denominator == "none" {
			w.Denominator = ""
		}
		replace(&w.Scale, v.Scale)
		replace(&w.N, v.N)
		replace(&w.Sample, v.Sample)
		replace(&w.SampleOf, v.SampleOf)
		replace(&w.Interval, v.Interval)
		if v.NoBands || len(v.Bands) > 0 {
			w.Bands = v.Bands
		}
		if v.Facts != nil {
			w.Facts = v.Facts
		}
		if v.Key != nil {
			w.Key = v.Key
		}
		if v.Estimator != "" {
			w.Estimator, w.Observe, w.Words = v.Estimator, v.Observe, v.Words
		}
		if sql := d.bodies[v.ID]; sql != "" { // other rows: what was stated over the first ones does not hold
			w.Body, w.Detail, w.Tables, w.Distribution, w.Excluded = sql, v.Detail, v.Tables, v.Distribution, v.Excluded
		}
		if i > 0 {
			w.Fast, w.Groups, w.Running, w.Summed = "", "", "", nil
		}
		return &w, v, true
	}
	return nil, Variant{}, false
}

func replace[T comparable](to *T, with T) {
	var zero T
	if with != zero {
		*to = with
	}
}

// VariantIDs are the ways it can be counted, the default first.
func (d *Definition) VariantIDs() []string {
	if len(d.Variants) == 0 {
		return []string{"standard"}
	}
	ids := make([]string, len(d.Variants))
	for i, v := range d.Variants {
		ids[i] = v.ID
	}
	return ids
}

// PolicyIDs are the policies that it rests on, sorted.
func (d *Definition) PolicyIDs() []string {
	texts := []string{d.Body}
	for _, table := range d.Tables {
		texts = append(texts, table.SQL)
	}
	for _, variant := range sortedKeys(d.bodies) {
		texts = append(texts, d.bodies[variant])
	}
	return policiesOf(texts...)
}
