package account

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// OwnTraits gives a sender's own trait, by the sender's name for it, of every account that has it, as text.
type OwnTraits func(name string) (map[Account]string, error)

// Chooser makes a test of the segment that tells which accounts are in it as they stand. Dates without a zone are read in
// zone. A trait that is none, or a value that can't be compared with it, is a fault.Invalid that names the field segment.
func (s Segment) Chooser(zone *time.Location, own OwnTraits) (func(*Standing) bool, error) {
	if s.IsEveryone() {
		return nil, nil
	}
	return chooser{zone, own}.test(s)
}

type chooser struct {
	zone *time.Location
	own  OwnTraits
}

func unusable(format string, args ...any) error {
	return fault.New(fault.Invalid, "the segment can't be used as it is").Field("segment", format, args...)
}

func (c chooser) test(s Segment) (func(*Standing) bool, error) {
	var parts []func(*Standing) bool
	for _, part := range s.Of {
		p, err := c.test(part)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	switch s.Op {
	case "not":
		return func(a *Standing) bool { return !parts[0](a) }, nil
	case "and", "or":
		either := s.Op == "or"
		return func(a *Standing) bool {
			for _, p := range parts {
				if p(a) == either {
					return either
				}
			}
			return !either
		}, nil
	}
	value, kind, err := c.trait(s.Trait)
	if err != nil {
		return nil, err
	}
	if s.Op == "missing" {
		return func(a *Standing) bool { return value(a).State != fact.Present }, nil
	}
	holds, err := c.comparison(s, kind)
	if err != nil {
		return nil, err
	}
	return func(a *Standing) bool { v := value(a); return v.State == fact.Present && holds(v) }, nil
}

// trait finds a trait's value and its type.
func (c chooser) trait(name string) (func(*Standing) fact.Value, fact.Type, error) {
	if own, ok := strings.CutPrefix(name, ownTrait); ok {
		values, err := c.own(own)
		if err != nil {
			return nil, fact.Text, err
		}
		return func(a *Standing) fact.Value {
			if v, ok := values[a.Number]; ok {
				return fact.TextValue(v)
			}
			return fact.Value{}
		}, fact.Text, nil
	}
	kind := fact.Text
	if name != "account_id" {
		column, ok := fact.Accounts.Column(name)
		if !ok {
			var known []string
			for _, column := range fact.Accounts.Columns {
				known = append(known, column.Name)
			}
			return nil, kind, unusable("%q is no trait of accounts; known are %s, and trait.NAME for your own", clip(name), strings.Join(known, ", "))
		}
		kind = column.Type
	}
	return func(a *Standing) fact.Value { return a.Trait(name) }, kind, nil
}

func (c chooser) comparison(s Segment, kind fact.Type) (func(fact.Value) bool, error) {
	if s.Op == "contains" {
		part := strings.ToLower(s.Values[0])
		return func(v fact.Value) bool { return strings.Contains(strings.ToLower(shown(v, kind)), part) }, nil
	}
	var orders []func(fact.Value) (int, bool)
	for _, text := range s.Values {
		o, err := c.order(s, kind, text)
		if err != nil {
			return nil, err
		}
		orders = append(orders, o)
	}
	right := map[string]func(int) bool{
		"=": func(n int) bool { return n == 0 }, "in": func(n int) bool { return n == 0 },
		"<": func(n int) bool { return n < 0 }, "<=": func(n int) bool { return n <= 0 },
		">": func(n int) bool { return n > 0 }, ">=": func(n int) bool { return n >= 0 }}[s.Op]
	if right == nil {
		return nil, unusable("%q is no comparison", clip(s.Op))
	}
	return func(v fact.Value) bool {
		for _, o := range orders {
			if n, ok := o(v); ok && right(n) {
				return true
			}
		}
		return false
	}, nil
}

// plain is what text is compared with a number as.
var plain = regexp.MustCompile(`^-?[0-9]{1,18}([.][0-9]{1,18})?$`)

// order compares a value with a text of the segment; false where they can't be. Text that is put above or below a number
// is compared as a number where it is one, other text by its bytes.
func (c chooser) order(s Segment, kind fact.Type, text string) (func(fact.Value) (int, bool), error) {
	x, numeric := finite(text)
	switch {
	case kind == fact.Number:
		if !numeric {
			return nil, unusable("%s is a number; %q is not", s.Trait, clip(text))
		}
		return func(v fact.Value) (int, bool) { return compare(v.Num, x), true }, nil
	case kind == fact.Time:
		at, err := fact.ParseTime(fact.Cell{Kind: fact.TextCell, Text: text}, c.zone)
		if err != nil {
			return nil, unusable("%s is an instant; %s", s.Trait, err)
		}
		return func(v fact.Value) (int, bool) { return compare(v.Int, at.UnixMicro()), true }, nil
	case numeric && s.Op != "=" && s.Op != "in":
		return func(v fact.Value) (int, bool) {
			y, ok := finite(v.Text)
			return compare(y, x), ok && plain.MatchString(v.Text)
		}, nil
	}
	return func(v fact.Value) (int, bool) { return strings.Compare(v.Text, text), true }, nil
}

func compare[T int64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func finite(text string) (float64, bool) {
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil && !math.IsInf(x, 0) && !math.IsNaN(x)
}

// shown is a value as text.
func shown(v fact.Value, kind fact.Type) string {
	switch kind {
	case fact.Number:
		return strconv.FormatFloat(v.Num, 'f', -1, 64)
	case fact.Time:
		return time.UnixMicro(v.Int).UTC().Format("2006-01-02 15:04:05")
	}
	return v.Text
}
