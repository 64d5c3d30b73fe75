package metric

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// Figure is a number of an answer: a float, or an exact decimal for money. In JSON it is a plain number.
type Figure struct {
	Float float64
	exact string
}

// MarshalJSON writes a plain number; money with all its decimals.
func (f Figure) MarshalJSON() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalJSON reads a plain number, for clients that go through a server.
func (f *Figure) UnmarshalJSON(raw []byte) error {
	var n json.Number
	if err := json.Unmarshal(raw, &n); err != nil {
		return err
	}
	x, err := n.Float64()
	*f = Figure{Float: x, exact: n.String()}
	return err
}

// String is the number without an exponent.
func (f Figure) String() string {
	if f.exact != "" {
		return f.exact
	}
	return strconv.FormatFloat(f.Float, 'f', -1, 64)
}

// figure rounds off what floating point added; nil for what is not a number.
func figure(x float64) *Figure {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	if rounded := math.Round(x*1e9) / 1e9; math.Abs(x) < 1e6 {
		x = rounded
	}
	return &Figure{Float: x}
}

// money writes an exact amount, given in millionths of the minor unit, in the major unit.
func money(amount *big.Rat, currency string) *Figure {
	digits, _ := fact.MinorDigits(currency)
	major := new(big.Rat).Quo(amount, moneyUnit(currency))
	text := major.FloatString(digits + 6) // 6: the decimals of MonthlyUnit
	if text = strings.TrimRight(text, "0"); strings.HasSuffix(text, ".") {
		text = text[:len(text)-1]
	}
	if text == "-0" {
		text = "0"
	}
	x, _ := major.Float64()
	return &Figure{Float: x, exact: text}
}

// moneyUnit is how many millionths of the minor unit make a major one.
func moneyUnit(currency string) *big.Rat {
	digits, _ := fact.MinorDigits(currency)
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	return new(big.Rat).SetInt(unit.Mul(unit, big.NewInt(fact.MonthlyUnit)))
}

// Answer is a metric's value with everything needed to read it. Times are UTC.
type Answer struct {
	Metric  string `json:"metric"`
	Label   string `json:"label"`
	Variant string `json:"variant"`
	Unit    Unit   `json:"unit"`
	// Currency is the one that money is shown in.
	Currency    string      `json:"currency,omitempty"`
	Better      string      `json:"better"`
	Type        Type        `json:"type"`
	From        time.Time   `json:"from"`
	To          time.Time   `json:"to"`
	AsOf        *time.Time  `json:"as_of,omitempty"`
	Segment     string      `json:"segment,omitempty"`
	By          string      `json:"by,omitempty"`
	Value       *Figure     `json:"value"`
	Numerator   *Figure     `json:"numerator"`
	Denominator *Figure     `json:"denominator"`
	N           int64       `json:"n"`
	SmallSample bool        `json:"small_sample"`
	Interval    *Limits     `json:"interval"`
	Previous    *Previous   `json:"previous"`
	Bands       []BandShown `json:"bands"`
	Points      []Point     `json:"points"`
	// Total is what the points come to, where it was asked for.
	Total  *Totalled `json:"total,omitempty"`
	Groups []Group   `json:"groups"`
	// OtherGroups is how many more groups there are than are listed, Other what they come to together.
	OtherGroups int            `json:"other_groups,omitempty"`
	Other       *Group         `json:"other,omitempty"`
	Detail      map[string]any `json:"detail,omitempty"`
	Definition  Wording        `json:"definition"`
	// Policies are the choices in how to count that the number rests on, as they stood.
	Policies []PolicyShown `json:"policies"`
}

// Limits are the ends of an interval.
type Limits struct {
	Low   *Figure `json:"low"`
	High  *Figure `json:"high"`
	Level float64 `json:"level"`
}

// Previous is the period before, of the same length.
type Previous struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Value  *Figure   `json:"value"`
	Change *Figure   `json:"change"`
	// Significant is null where chance can't be told from change.
	Significant *bool `json:"significant"`
}

// BandShown is a band of the definition, and whether the value lies in it.
type BandShown struct {
	Label   string   `json:"label"`
	From    *float64 `json:"from,omitempty"`
	To      *float64 `json:"to,omitempty"`
	Source  string   `json:"source"`
	Current bool     `json:"is_current"`
}

// Point is one piece of a series.
type Point struct {
	From     time.Time      `json:"from"`
	To       time.Time      `json:"to"`
	Value    *Figure        `json:"value"`
	N        int64          `json:"n"`
	Interval *Limits        `json:"interval,omitempty"`
	Partial  bool           `json:"partial"`
	Detail   map[string]any `json:"detail,omitempty"`
}

// Group is the value of one part of a breakdown. A null key is what the dimension is not known for.
type Group struct {
	Key         *string        `json:"key"`
	Value       *Figure        `json:"value"`
	Numerator   *Figure        `json:"numerator"`
	Denominator *Figure        `json:"denominator"`
	N           int64          `json:"n"`
	SmallSample bool           `json:"small_sample"`
	Interval    *Limits        `json:"interval,omitempty"`
	Detail      map[string]any `json:"detail,omitempty"`
	Points      []Point        `json:"points,omitempty"`
	Total       *Totalled      `json:"total,omitempty"`
}

// Wording is the definition in words and as a formula.
type Wording struct {
	Text    string `json:"text"`
	Formula string `json:"formula"`
}
