package account

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestASegmentIsReadAsItIsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		"  ":                            "",
		"plan = enterprise":             `plan = "enterprise"`,
		"PLAN == 'Enterprise'":          `plan = "Enterprise"`,
		`size = "1-10"`:                 `size = "1-10"`,
		"size=1-10":                     `size = "1-10"`,
		"country != RO":                 `not (country = "RO")`,
		"country <> RO":                 `not (country = "RO")`,
		"country in (RO, 'MD')":         `country in ("RO", "MD")`,
		"country not in (RO)":           `not (country in ("RO"))`,
		"csm is missing":                "csm is missing",
		"csm is known":                  "not (csm is missing)",
		"name contains 'a \"b\" \\\\ '": `name contains "a \"b\" \\ "`,
		"a = 1 or b = 2 and c = 3":      `a = "1" or (b = "2" and c = "3")`,
		"(a = 1 or b = 2) and c = 3":    `(a = "1" or b = "2") and c = "3"`,
		"not a = 1 and b = 2":           `not (a = "1") and b = "2"`,
		"not (a = 1 and b = 2)":         `not (a = "1" and b = "2")`,
		"health_override >= 3.5":        `health_override >= "3.5"`,
		"trait.Seats < 10":              `trait.Seats < "10"`,
		"TRAIT.Seats < 10":              `trait.Seats < "10"`,
		`"trait.Number of seats" > 10`:  `"trait.Number of seats" > "10"`,
		"name = ''":                     `name = ""`,
		"name = Ană":                    `name = "Ană"`,
		"name = '=' or name = 'or'":     `name = "=" or name = "or"`,
	} {
		s, err := ParseSegment(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if s.String() != want {
			t.Errorf("%q was read as %s, want %s", text, s, want)
		}
	}
}

func TestABadSegmentNamesTheCharacterAndWhatWasExpected(t *testing.T) {
	for text, want := range map[string]string{
		"plan":                             "the segment ends where =,",
		"plan =":                           "the segment ends where a value was expected",
		"plan = a b":                       `character 10: "b" stands where and, or, or the end`,
		"plan = a \"\"":                    `character 10: "" stands where and, or, or the end`,
		"plan = = a":                       `character 8: "=" stands where a value`,
		`plan "=" a`:                       `character 6: "=" stands where =,`,
		`"plan" = a`:                       `character 1: "plan" stands where the name of a trait`,
		`"trait." = a`:                     `character 1: "trait." stands where the name of a trait`,
		"= a":                              `character 1: "=" stands where the name of a trait`,
		"(plan = a":                        "the segment ends where a closing bracket",
		"plan = a)":                        `character 9: ")" stands where and, or`,
		"plan in a":                        `character 9: "a" stands where a list in brackets`,
		"plan in (a b)":                    `character 12: "b" stands where a comma or a closing bracket`,
		"plan in ()":                       `character 10: ")" stands where a value`,
		"plan is nice":                     `character 9: "nice" stands where missing or known`,
		"plan not a":                       `character 10: "a" stands where in`,
		"plan = 'a":                        "character 8: the quote is never closed",
		"ă = 1; drop table x":              `character 6: ";" has no meaning here`,
		"plan = $1":                        `character 8: "$" has no meaning here`,
		"plan = {events}":                  `character 8: "{" has no meaning here`,
		"plan = 'a\x00b'":                  "NUL",
		"plan = \xff":                      "UTF-8",
		strings.Repeat("not ", 50) + "a=1": "nested deeper",
		strings.Repeat("(", 50) + "a=1":    "nested deeper",
		strings.Repeat("a=1 or ", 600):     "longer than 4096 bytes",
	} {
		s, err := ParseSegment(text)
		if err == nil {
			t.Errorf("%q was read as %s", text, s)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		} else if !s.IsEveryone() {
			t.Errorf("%q gave %s beside the error", text, s)
		}
	}
	many := "a = 1"
	for i := range 40 {
		many += " or t" + strings.Repeat("x", i) + " = 1"
	}
	if _, err := ParseSegment(many); err == nil || !strings.Contains(err.Error(), "more than 30 traits") {
		t.Errorf("41 traits: %v", err)
	}
}

func TestTheTextOfASegmentIsReadBackToTheSameSegment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := randomSegment(t, 3)
		back, err := ParseSegment(s.String())
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if !reflect.DeepEqual(s, back) {
			t.Fatalf("%s came back as %s", s, back)
		}
	})
}

func randomSegment(t *rapid.T, depth int) Segment {
	ops := []string{"=", "<", "<=", ">", ">=", "contains", "missing", "in"}
	if depth > 0 {
		ops = append(ops, "and", "or", "not")
	}
	s := Segment{Op: rapid.SampledFrom(ops).Draw(t, "op")}
	parts := map[string]int{"and": rapid.IntRange(2, 3).Draw(t, "parts"), "or": 2, "not": 1}[s.Op]
	for range parts {
		s.Of = append(s.Of, randomSegment(t, depth-1))
	}
	if parts > 0 {
		return s
	}
	s.Trait = rapid.SampledFrom([]string{"plan", "created_at", "trait.Seats", "trait.Number of \"seats\" = 1", "trait.ă"}).Draw(t, "trait")
	values := map[string]int{"missing": 0, "in": rapid.IntRange(1, 3).Draw(t, "values")}
	n, ok := values[s.Op]
	if !ok {
		n = 1
	}
	for range n {
		s.Values = append(s.Values, strings.ReplaceAll(rapid.String().Draw(t, "value"), "\x00", ""))
	}
	return s
}

// Whatever somebody types is either read or refused with a reason, and what is read can be read again.
func TestAnyTextIsReadOrRefused(t *testing.T) {
	word := rapid.SampledFrom([]string{"plan", "and", "or", "not", "in", "is", "missing", "contains", "(", ")", ",", "=", "!=", "<", "'a b'", `"`, "$1", "trait.x", "\\", "ț"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(word).Draw(t, "words"), rapid.SampledFrom([]string{" ", ""}).Draw(t, "between"))
		s, err := ParseSegment(text)
		if err != nil {
			return
		}
		back, err := ParseSegment(s.String())
		if err != nil || !reflect.DeepEqual(s, back) {
			t.Fatalf("%q: %s came back as %s, %v", text, s, back, err)
		}
	})
}
