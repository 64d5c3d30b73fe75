package account

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestASegmentIsReadAsItIsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"":                                           "",
		"  ":                                         "",
		"plan = enterprise":                          `plan = "enterprise"`,
		"PLAN == 'Enterprise'":                       `plan = "Enterprise"`,
		`size = "1-10"`:                              `size = "1-10"`,
		"size=1-10":                                  `size = "1-10"`,
		"country != RO":                              `not (country = "RO")`,
		"country <> RO":                              `not (country = "RO")`,
		"country in (RO, 'MD')":                      `country in ("RO", "MD")`,
		"country not in (RO)":                        `not (country in ("RO"))`,
		"csm is missing":                             "csm is missing",
		"csm is known":                               "not (csm is missing)",
		"name contains 'a \"b\" \\\\ '":              `name contains "a \"b\" \\ "`,
		"a = 1 or b = 2 and c = 3":                   `a = "1" or (b = "2" and c = "3")`,
		"contact.Role = admin":                       `contact.role = "admin"`,
		"contact.Trait.Job > 1":                      `contact.trait.Job > "1"`,
		"plan starts with ent":                       `plan starts with "ent"`,
		"plan not contains x":                        `not (plan contains "x")`,
		"seats between 1 and 2":                      `seats between "1" and "2"`,
		"seats at least 3":                           `seats >= "3"`,
		"created_at before 2026-01-01":               `created_at < "2026-01-01"`,
		"created_at since 2026-01-01":                `created_at >= "2026-01-01"`,
		"created_at in last 30 days":                 "created_at in last 30 days",
		"created_at in the past 1 week":              "created_at in last 1 week",
		"created_at older than 2 years":              "created_at older than 2 years",
		"trait.renewal in next 1 month":              "trait.renewal in next 1 month",
		`did "A b"`:                                  `did "A b"`,
		`did Login in 14 days`:                       `did "Login" in last 14 days`,
		`did not Login within 14 days`:               `not (did "Login" in last 14 days)`,
		`did any event = 0 times`:                    `did any event = 0 times`,
		`did anything != 2 times`:                    `not (did any event = 2 times)`,
		`did X at least 3 times in the last 30 days`: `did "X" >= 3 times in last 30 days`,
		`did X >= 1 times`:                           `did "X"`,
		`did X more than 2 people`:                   `did "X" > 2 people`,
		`did X between 2 and 5 days in 1 week`:       `did "X" between 2 and 5 days in last 1 week`,
		`viewed "/pricing" in 7 days`:                `viewed "/pricing" in last 7 days`,
		`viewed any page >= 10 times`:                `viewed any page >= 10 times`,
		"metric mrr > 500":                           "metric mrr > 500",
		"metric mrr >= 1000 eur":                     "metric mrr >= 1000 EUR",
		"metric csat/mean < -0.5 in 90 days":         "metric csat/mean < -0.5 in last 90 days",
		"metric nps is known in 90 days":             "not (metric nps is missing in last 90 days)",
		"metric nps between 0 and 50 or a = 1":       `metric nps between 0 and 50 or a = "1"`,
		"answered nps":                               "answered nps",
		"answered nps <= 6 in 90 days":               `answered nps <= "6" in last 90 days`,
		"answered nps in (0, 1) in 90 days":          `answered nps in ("0", "1") in last 90 days`,
		`answered "Q3" in 1 quarter`:                 `answered any of "Q3" in last 1 quarter`,
		`answered choice of "Why" = "Too dear"`:      `answered choice of "Why" = "Too dear"`,
		`answered nps != 5`:                          `not (answered nps = "5")`,
		`in segment "Big ones"`:                      `in segment "Big ones"`,
		`not in segment big`:                         `not (in segment "big")`,
		`@big and @"Big ones"`:                       `in segment "big" and in segment "Big ones"`,
		"(a = 1 or b = 2) and c = 3":                 `(a = "1" or b = "2") and c = "3"`,
		"not a = 1 and b = 2":                        `not (a = "1") and b = "2"`,
		"not (a = 1 and b = 2)":                      `not (a = "1" and b = "2")`,
		"health_override >= 3.5":                     `health_override >= "3.5"`,
		"trait.Seats < 10":                           `trait.Seats < "10"`,
		"TRAIT.Seats < 10":                           `trait.Seats < "10"`,
		`"trait.Number of seats" > 10`:               `"trait.Number of seats" > "10"`,
		"name = ''":                                  `name = ""`,
		"name = Ană":                                 `name = "Ană"`,
		"name = '=' or name = 'or'":                  `name = "=" or name = "or"`,
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
		"plan":                             `the segment ends after "plan": compare it`,
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
		"did":                              "ends where the name of an event",
		`did ""`:                           `character 5: "" stands where the name of an event`,
		"did X 3 times":                    `character 7: "3" stands where and, or`,
		"did X >= 3":                       "ends where times, days or people",
		"did X >= 1.5 times":               `character 10: "1.5" stands where a whole number`,
		"did X >= -1 times":                `character 10: "-1" stands where a whole number`,
		"did X in 0 days":                  `character 10: "0" stands where a number of days`,
		"did X in 30 minutes":              `character 13: "minutes" stands where days, weeks`,
		"created_at in 30 days":            `character 15: "30" stands where a list in brackets, or last`,
		"metric":                           "ends where the id of a metric",
		`metric "mrr" > 1`:                 "stands where the id of a metric",
		"metric mrr/ > 1":                  "stands where the id of a metric",
		"metric mrr > lots":                `character 14: "lots" stands where a number`,
		"metric mrr > 1 EURO":              `character 16: "EURO" stands where a currency`,
		"metric mrr contains 1":            "character 8: a metric is a number",
		"answered ups":                     `character 10: "ups" stands where nps, csat, ces`,
		"answered text contains a":         "texts not at all",
		"answered choice > 5":              "choices with =",
		"answered nps = bad":               `character 16: "bad" stands where a number`,
		"in segment":                       "ends where the name of a segment",
		`@""`:                              `character 2: "" stands where the name of a segment`,
		"plan between 1 or 2":              `character 16: "or" stands where and`,
		"plan in ()":                       `character 10: ")" stands where a value`,
		"plan is nice":                     `character 9: "nice" stands where missing or known`,
		"plan not a":                       `character 10: "a" stands where in, between`,
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
	for i := range 50 {
		many += " or t" + strings.Repeat("x", i) + " = 1"
	}
	if _, err := ParseSegment(many); err == nil || !strings.Contains(err.Error(), "more than 50 things") {
		t.Errorf("51 conditions: %v", err)
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
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	text := func(label string) string {
		return strings.ReplaceAll(rapid.StringN(1, 20, -1).Draw(t, label), "\x00", "x")
	}
	window := Window{rapid.IntRange(1, 99).Draw(t, "n"), pick("unit", "day", "week", "month", "quarter", "year")}
	values := func(op string, one func() string) []string {
		n, ok := map[string]int{"missing": 0, "last": 0, "next": 0, "older": 0, "known": 0, "between": 2, "in": rapid.IntRange(1, 3).Draw(t, "values")}[op]
		if !ok {
			n = 1
		}
		var all []string
		for range n {
			all = append(all, one())
		}
		return all
	}
	number := func() string { return pick("number", "0", "-1.5", "500", "1000000.25") }
	about := []string{"trait", "did", "viewed", "metric", "answered", "segment"}
	if depth > 0 {
		about = append(about, "and", "or", "not")
	}
	s := Segment{Op: pick("about", about...)}
	switch s.Op {
	case "and", "or", "not":
		for range map[string]int{"and": rapid.IntRange(2, 3).Draw(t, "parts"), "or": 2, "not": 1}[s.Op] {
			s.Of = append(s.Of, randomSegment(t, depth-1))
		}
	case "trait":
		s.About, s.Op = Trait, pick("op", "=", "<", "<=", ">", ">=", "contains", "starts", "between", "missing", "in", "last", "next", "older")
		s.Name = pick("trait", "plan", "created_at", "trait.Seats", "trait.Number of \"seats\" = 1", "trait.ă", "contact.role", "contact.trait.Job level")
		s.Values = values(s.Op, func() string { return text("value") })
		if s.Op == "last" || s.Op == "next" || s.Op == "older" {
			s.Within = window
		}
	case "did", "viewed":
		s.About, s.Op = About(s.Op), pick("op", "=", "<", "<=", ">", ">=", "between")
		s.Counted = pick("counted", "times", "days", "people")
		s.Values = values(s.Op, func() string { return pick("count", "0", "1", "12") })
		if rapid.Bool().Draw(t, "named") {
			s.Name = text("name")
		}
	case "metric":
		s.About, s.Op, s.Name = Metric, pick("op", "=", "<", ">=", "between", "missing"), "mrr"
		s.Variant = pick("variant", "", "net")
		if s.Values = values(s.Op, number); s.Op != "missing" {
			s.Currency = pick("currency", "", "EUR", "JPY")
		}
	case "answered":
		s.About, s.Name = Answered, pick("kind", "", "nps", "choice", "text")
		s.Op = map[string]string{"": pick("op", "=", "in", "<", "between", "known"), "nps": pick("op", "=", "in", ">=", "known"), "choice": pick("op", "=", "in", "contains", "starts", "known"), "text": "known"}[s.Name]
		s.Values = values(s.Op, number)
		if rapid.Bool().Draw(t, "of a survey") {
			s.Survey = text("survey")
		}
	case "segment":
		return Segment{Op: "member", About: Member, Name: text("name")}
	}
	if s.About != "" && s.About != Trait && rapid.Bool().Draw(t, "within") {
		s.Within = window
	}
	return s
}

func TestTheJSONOfASegmentIsReadBackToTheSameSegment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := randomSegment(t, 3)
		raw, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := SegmentFromJSON(raw)
		if err != nil && len(s.String()) > maxSegmentBytes {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		if !reflect.DeepEqual(s, back) {
			t.Fatalf("%s came back as %s", s, back)
		}
		if len(s.Leaves()) != len(LeafPositions(s.String())) || len(s.Leaves()) != len(s.LeafPaths()) {
			t.Fatalf("%s: %d leaves begin at %v and stand at %v", s, len(s.Leaves()), LeafPositions(s.String()), s.LeafPaths())
		}
	})
}

func TestBadJSONNamesThePartOfTheTree(t *testing.T) {
	for raw, want := range map[string]string{
		``:                          "is no JSON",
		`{} {}`:                     "something follows",
		`{"op":"=","trait":"plan"}`: `unknown field "trait"`,
		`{"op":"and","of":[]}`:      "the segment: and needs 2 parts",
		`{"op":"not","of":[{"op":"missing","about":"trait","name":"a"},{"op":"missing","about":"trait","name":"b"}]}`:                 "not needs 1 parts",
		`{"op":"or","of":[{"op":"missing","about":"trait","name":"a"},{"op":"=","about":"trait","name":"plan\" = 1 or x"}]}`:          "of[1]: ",
		`{"op":"= 1 or plan","about":"trait","name":"plan","values":["a"]}`:                                                           "the segment: character 18",
		`{"op":"=","about":"trait","name":"plan","values":["a","b"]}`:                                                                 "do not belong together",
		`{"op":"=","about":"trait","name":"plan","values":["a"],"within":{"n":3,"unit":"day"}}`:                                       "stands where and, or, or the end",
		`{"op":">","about":"did","name":"x","values":["1"],"counted":"times","within":{"n":3,"unit":"days in last 3 day"}}`:           "the segment: ",
		`{"op":"and","about":"trait","of":[{"op":"missing","about":"trait","name":"a"},{"op":"missing","about":"trait","name":"b"}]}`: "has parts and nothing else",
		`{"op":"not","of":[{"op":"not","of":[{"op":"x","about":"trait","name":"a"}]}]}`:                                               "of[0].of[0]: ",
		`{"op":"=","about":"trait","name":"plan","values":["a"],"of":[{"op":"missing","about":"trait","name":"a"}]}`:                  "only and, or and not have parts",
		strings.Repeat(`{"op":"not","of":[`, 40) + `{"op":"missing","about":"trait","name":"a"}` + strings.Repeat(`]}`, 40):           "nested deeper",
		`{"op":"=","about":"trait","name":"plan","values":["` + strings.Repeat("a", 5000) + `"]}`:                                     "longer than 4096",
		`{"op":"=","about":"trait","name":"plan","values":["` + strings.Repeat("a", 20000) + `"]}`:                                    "longer than 16384",
	} {
		s, err := SegmentFromJSON([]byte(raw))
		if err == nil || !strings.Contains(err.Error(), want) || !s.IsEveryone() {
			t.Errorf("%.200s: %v and %s, want %s", raw, err, s, want)
		}
	}
}

// Whatever somebody types is either read or refused with a reason, and what is read can be read again.
func TestAnyTextIsReadOrRefused(t *testing.T) {
	word := rapid.SampledFrom([]string{"plan", "and", "or", "not", "in", "is", "missing", "contains", "(", ")", ",", "=", "!=", "<", "'a b'", `"`, "$1", "trait.x", "\\", "ț", "did", "viewed", "metric", "mrr", "answered", "nps", "segment", "@x", "last", "30", "days", ">=", "between", "any", "event", "times", "of"})
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
