package metric

import (
	"embed"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Policy is a choice in how to count: how many days without an event are silence, which events make a user active,
// whether past due still pays. Every metric that rests on one names it in its SQL, as {policy.ID}; the workspace keeps a
// value of its own, and a question may state another.
type Policy struct {
	ID    string     `yaml:"id"`
	Label Text       `yaml:"label"`
	About Text       `yaml:"about"`
	Kind  PolicyKind `yaml:"kind"`
	// Default is what holds until the workspace says otherwise, as text.
	Default string `yaml:"default"`
	// Min and Max bound integers.
	Min int64 `yaml:"min"`
	Max int64 `yaml:"max"`
	// Choices are the values of a choice.
	Choices []Choice `yaml:"choices"`
	// Unit is what an integer counts.
	Unit Unit `yaml:"unit"`
	// Empty says what an empty list of names stands for: all of them, or none.
	Empty string `yaml:"empty"`
	// Question says that there is no sense in a value for the whole workspace: it belongs to the question, like the
	// steps of a funnel.
	Question bool `yaml:"question"`
}

// PolicyKind says what a policy's value is.
type PolicyKind string

// The kinds of policies: a whole number; one of several choices; names, separated by commas, in their order; opening
// hours.
const (
	IntegerPolicy  PolicyKind = "integer"
	ChoicePolicy   PolicyKind = "choice"
	NamesPolicy    PolicyKind = "names"
	SchedulePolicy PolicyKind = "schedule"
)

// Choice is one value that a policy may have.
type Choice struct {
	ID    string `yaml:"id"`
	Label Text   `yaml:"label"`
}

//go:embed policy/*.yaml
var policyFiles embed.FS

var policies, policyIDs = mustReadFolder(policyFiles, "policy", (*Policy).check, func(p *Policy) string { return p.ID })

// Policies are all policies, by id.
func Policies() []*Policy {
	all := make([]*Policy, len(policyIDs))
	for i, id := range policyIDs {
		all[i] = policies[id]
	}
	return all
}

// PolicyNamed is the policy with this id.
func PolicyNamed(id string) (*Policy, bool) {
	p, ok := policies[id]
	return p, ok
}

func (p *Policy) check(name string) error {
	if p.ID != name || p.Label.EN == "" || p.About.EN == "" {
		return fmt.Errorf("needs its file's name as id, a label and an about")
	}
	if _, err := p.Read(p.Default); err != nil {
		return fmt.Errorf("the default: %w", err)
	}
	return nil
}

// Limits of a list of names.
const (
	maxNames     = 50
	maxNameBytes = 255
)

// Read checks a value and gives it in its plain form, by which two values can be compared. The error says what is wrong.
func (p *Policy) Read(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch p.Kind {
	case IntegerPolicy:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < p.Min || n > p.Max {
			return "", fault.Said("%q is no whole number from %d to %d", clip(text), p.Min, p.Max)
		}
		return strconv.FormatInt(n, 10), nil
	case ChoicePolicy:
		ids := make([]string, len(p.Choices))
		for i, c := range p.Choices {
			if ids[i] = c.ID; c.ID == text {
				return text, nil
			}
		}
		return "", fault.Said("%q is none of %s", clip(text), strings.Join(ids, ", "))
	case NamesPolicy:
		names, err := readNames(text)
		return writeNames(names), err
	case SchedulePolicy:
		s, err := ParseSchedule(text)
		return s.String(), err
	}
	return "", fmt.Errorf("the kind %q is unknown", p.Kind)
}

// readNames reads names separated by commas; one that holds a comma stands in double quotes.
func readNames(text string) ([]string, error) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, fault.Said("the list is not plain text: it holds a NUL or is not UTF-8")
	}
	var names []string
	for rest := text; strings.TrimSpace(rest) != ""; {
		rest = strings.TrimSpace(rest)
		var name string
		if rest[0] == '"' {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, fault.Said("the quote before %q is never closed", clip(rest[1:]))
			}
			if name, err = strconv.Unquote(quoted); err != nil {
				return nil, fault.Said("%s is no name in quotes", clip(quoted))
			}
			after, more, _ := strings.Cut(rest[len(quoted):], ",")
			if strings.TrimSpace(after) != "" {
				return nil, fault.Said("a comma is missing after %s", clip(quoted))
			}
			rest = more
		} else {
			name, rest, _ = strings.Cut(rest, ",")
			name = strings.TrimSpace(name)
		}
		if name == "" || len(name) > maxNameBytes {
			return nil, fault.Said("a name must have 1 to %d bytes", maxNameBytes)
		}
		if names = append(names, name); len(names) > maxNames {
			return nil, fault.Said("more than %d names", maxNames)
		}
	}
	return names, nil
}

func writeNames(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		if quoted[i] = name; strings.ContainsAny(name, "\",") || strings.TrimSpace(name) != name {
			quoted[i] = strconv.Quote(name)
		}
	}
	return strings.Join(quoted, ", ")
}

// Conventions are the policies in force: values by id, in their plain form; what is absent has its default.
type Conventions map[string]string

// value is what holds for a policy.
func (c Conventions) value(p *Policy) string {
	if v, ok := c[p.ID]; ok {
		return v
	}
	plain, _ := p.Read(p.Default) // checked when it was loaded
	return plain
}

// differs says that one of these policies has another value than its default.
func (c Conventions) differs(ids []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		p := policies[id]
		plain, _ := p.Read(p.Default)
		return c.value(p) != plain
	})
}

// ReadConventions checks values by id. The error is a fault that names every one that can't be used.
func ReadConventions(values map[string]string) (Conventions, error) {
	read := Conventions{}
	bad := fault.New(fault.Invalid, "a way to count can't be used as it is")
	for _, id := range sortedKeys(values) {
		p, ok := policies[id]
		if !ok {
			bad.Field(clip(id), "is no policy; known are %s", strings.Join(policyIDs, ", "))
			continue
		}
		plain, err := p.Read(values[id])
		if err != nil {
			bad.Field(id, "%s", err)
			continue
		}
		read[id] = plain
	}
	if len(bad.Fields) > 0 {
		return nil, bad
	}
	return read, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// PolicyShown is a policy beside a number: what it is and how it stood.
type PolicyShown struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Value string `json:"value"`
	// Default says that it is what Keepwell does unless told otherwise.
	Default bool `json:"default"`
}

func (c Conventions) shown(ids []string, lang i18n.Lang) []PolicyShown {
	shown := []PolicyShown{}
	for _, id := range ids {
		p := policies[id]
		value := c.value(p)
		shown = append(shown, PolicyShown{ID: id, Label: i18n.Text(p.Label).In(lang), Value: value, Default: !c.differs([]string{id})})
	}
	return shown
}
