package account

import (
	"strconv"
	"strings"
)

// Segment is a filter over accounts as a tree: a leaf says one thing about an account, the others combine. Its text form
// is what people write, its JSON form (the fields of this type) what programs build; each is read back to the same tree:
//
//	plan = enterprise and contact.role = admin and did "Report Created" >= 3 times in last 30 days
//	metric mrr >= 1000 EUR and not (answered nps <= 6 in last 90 days) and in segment "Big ones"
//
// A segment is asked at an instant, with what was known just before it. What is not known equals nothing, is in no list
// and is neither above nor below anything: comparisons with it are false, so != and not in are true. "is missing" and "is
// known" ask for it directly. Nothing done is 0 times, so "did not" holds for accounts that never did anything.
// A leaf about contacts holds when it does for any contact who belongs to the account then.
type Segment struct {
	// Op is and, or, not, or how a leaf compares: = in < <= > >= between contains starts missing; last, next and older for
	// instants; known for answers, member for segments. It is empty for everyone.
	Op string `json:"op,omitempty" enum:"and,or,not,=,in,<,<=,>,>=,between,contains,starts,missing,last,next,older,known,member"`
	// Of are the parts: of and and or two or more, of not one.
	Of []Segment `json:"of,omitempty"`
	// About is what a leaf asks about.
	About About `json:"about,omitempty" enum:"trait,did,viewed,metric,answered,segment"`
	// Name is that of a trait (plan, trait.NAME, contact.role, contact.trait.NAME), of an event ("": any), a page's path
	// (a * at the end stands for anything, "": any), a metric's id, the kind of an answer ("": any), or of a segment.
	Name string `json:"name,omitempty"`
	// Values are what is compared with: one, two for between, any number for in.
	Values []string `json:"values,omitempty"`
	// Counted is what of a behaviour is counted: times, days on which it was done, people who did it.
	Counted string `json:"counted,omitempty" enum:"times,days,people"`
	// Survey narrows answers; Variant and Currency belong to a metric.
	Survey   string `json:"survey,omitempty"`
	Variant  string `json:"variant,omitempty"`
	Currency string `json:"currency,omitempty"`
	// Within is how far back (for next: ahead) it looks; none is all time, for a metric 30 days.
	Within Window `json:"within,omitzero" required:"false"`
}

// About is what a leaf asks about.
type About string

// What leaves ask about.
const (
	Trait    About = "trait"
	Did      About = "did"
	Viewed   About = "viewed"
	Metric   About = "metric"
	Answered About = "answered"
	Member   About = "segment"
)

// Window is a number of whole days, weeks of seven days, or calendar months, quarters or years. It ends with the day
// that the segment is asked for, which counts as its last.
type Window struct {
	N    int    `json:"n"`
	Unit string `json:"unit" enum:"day,week,month,quarter,year"`
}

// Everyone is the segment of all accounts.
var Everyone = Segment{}

// IsEveryone says that the segment filters nothing.
func (s Segment) IsEveryone() bool { return s.Op == "" }

// Leaves are the leaves in the order of the text.
func (s Segment) Leaves() []Segment {
	if s.About != "" {
		return []Segment{s}
	}
	var all []Segment
	for _, part := range s.Of {
		all = append(all, part.Leaves()...)
	}
	return all
}

// Segments are the names of the saved segments it rests on, each once, in the order of the text.
func (s Segment) Segments() []string {
	var names []string
	seen := map[string]bool{}
	for _, leaf := range s.Leaves() {
		if leaf.About == Member && !seen[leaf.Name] {
			seen[leaf.Name] = true
			names = append(names, leaf.Name)
		}
	}
	return names
}

// String is the text form; ParseSegment reads it back to the same segment.
func (s Segment) String() string {
	switch s.Op {
	case "":
		return ""
	case "and", "or":
		parts := make([]string, len(s.Of))
		for i, part := range s.Of {
			parts[i] = part.String()
			if part.Op == "or" || part.Op == "and" {
				parts[i] = "(" + parts[i] + ")"
			}
		}
		return strings.Join(parts, " "+s.Op+" ")
	case "not":
		text := "not ("
		for _, part := range s.Of {
			text += part.String()
		}
		return text + ")"
	}
	return s.subject() + s.comparison()
}

// subject is what a leaf's text begins with.
func (s Segment) subject() string {
	named := func(nothing string) string {
		if s.Name == "" {
			return nothing
		}
		return quoted(s.Name)
	}
	switch s.About {
	case Did:
		return "did " + named("any event")
	case Viewed:
		return "viewed " + named("any page")
	case Metric:
		if s.Variant != "" {
			return "metric " + s.Name + "/" + s.Variant
		}
		return "metric " + s.Name
	case Answered:
		what := "any"
		if s.Name != "" {
			what = s.Name
		}
		if s.Survey != "" {
			what += " of " + quoted(s.Survey)
		}
		return "answered " + what
	case Member:
		return "in segment " + quoted(s.Name)
	}
	if isWord(s.Name) {
		return s.Name
	}
	return quoted(s.Name)
}

func (s Segment) comparison() string {
	text := ""
	switch s.Op {
	case "missing":
		text = " is missing"
	case "known", "member":
	case "last", "next":
		return " in " + s.Op + " " + s.Within.String()
	case "older":
		return " older than " + s.Within.String()
	case "in":
		all := make([]string, len(s.Values))
		for i, v := range s.Values {
			all[i] = s.value(v)
		}
		text = " in (" + strings.Join(all, ", ") + ")"
	case "between":
		text = " between " + s.value(s.valueAt(0)) + " and " + s.value(s.valueAt(1))
	case "starts":
		text = " starts with " + s.value(s.valueAt(0))
	default:
		if !s.onlyOnce() {
			text = " " + s.Op + " " + s.value(s.valueAt(0))
		}
	}
	if s.Counted != "" && !s.onlyOnce() {
		text += " " + s.Counted
	}
	if s.Currency != "" {
		text += " " + s.Currency
	}
	if s.Within != (Window{}) {
		text += " in last " + s.Within.String()
	}
	return text
}

// onlyOnce says that a behaviour has been asked for without a number.
func (s Segment) onlyOnce() bool {
	return s.Counted == "times" && s.Op == ">=" && s.valueAt(0) == "1"
}

func (s Segment) valueAt(i int) string {
	if i < len(s.Values) {
		return s.Values[i]
	}
	return ""
}

// value is a value as it is written: numbers of counts and metrics need no quotes.
func (s Segment) value(v string) string {
	if (s.Counted != "" || s.About == Metric) && isWord(v) {
		return v
	}
	return quoted(v)
}

// Only is the text of the segment that is one account.
func Only(id string) string { return "account_id = " + quoted(id) }

func quoted(v string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
}

// String is "30 days".
func (w Window) String() string {
	text := strconv.Itoa(w.N) + " " + w.Unit
	if w.N != 1 {
		text += "s"
	}
	return text
}
