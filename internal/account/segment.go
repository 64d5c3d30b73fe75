package account

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Segment is a filter over accounts as a tree: a leaf compares one trait, the others combine. Its text form is
//
//	plan = enterprise and (country in (RO, MD) or not size = "1-10")
//
// A trait that is not known equals nothing, is in no list, and is neither above nor below anything: comparisons with
// it are false, so != and not in are true. "is missing" and "is known" ask for it directly. A sender's own traits are
// called trait.NAME, in quotes when the name holds a space or a sign: "trait.Number of seats" > 10.
type Segment struct {
	Op     string    // and, or, not, or a comparison: = != in < <= > >= contains missing
	Of     []Segment // and, or: two or more; not: one
	Trait  string
	Values []string
}

// Everyone is the segment of all accounts.
var Everyone = Segment{}

// IsEveryone says that the segment filters nothing.
func (s Segment) IsEveryone() bool { return s.Op == "" }

// Traits are the names of all traits the segment asks for, each once.
func (s Segment) Traits() []string {
	var names []string
	seen := map[string]bool{}
	var walk func(Segment)
	walk = func(s Segment) {
		if s.Trait != "" && !seen[s.Trait] {
			seen[s.Trait] = true
			names = append(names, s.Trait)
		}
		for _, part := range s.Of {
			walk(part)
		}
	}
	walk(s)
	return names
}

// String is the text form; ParseSegment reads it back to the same segment.
func (s Segment) String() string {
	quote := func(v string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"` }
	name := s.Trait
	if name != "" && !isWord(name) {
		name = quote(name)
	}
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
		return "not (" + s.Of[0].String() + ")"
	case "missing":
		return name + " is missing"
	case "in":
		quoted := make([]string, len(s.Values))
		for i, v := range s.Values {
			quoted[i] = quote(v)
		}
		return name + " in (" + strings.Join(quoted, ", ") + ")"
	}
	return name + " " + s.Op + " " + quote(s.Values[0])
}

// Limits of a segment's text: more is a mistake or an attack.
const (
	maxSegmentBytes = 4096
	maxSegmentDepth = 30
	maxSegmentNames = 30
)

// ParseSegment reads the text form. The error says at which character it went wrong and what was expected.
func ParseSegment(text string) (Segment, error) {
	if strings.TrimSpace(text) == "" {
		return Everyone, nil
	}
	if len(text) > maxSegmentBytes {
		return Segment{}, fmt.Errorf("the segment is longer than %d bytes", maxSegmentBytes)
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return Segment{}, fmt.Errorf("the segment is not plain text: it holds a NUL or is not UTF-8")
	}
	tokens, err := scanSegment(text)
	if err != nil {
		return Segment{}, err
	}
	p := &segmentParser{tokens: tokens}
	s, err := p.either(0)
	if err == nil && p.peek().at >= 0 {
		err = p.wanted("and, or, or the end")
	}
	if err == nil && len(s.Traits()) > maxSegmentNames {
		err = fmt.Errorf("the segment asks for more than %d traits", maxSegmentNames)
	}
	if err != nil {
		return Segment{}, err
	}
	return s, nil
}

// ownTrait begins the names of a sender's own traits.
const ownTrait = "trait."

func isWord(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !inWord(r) }) < 0
}

type segmentToken struct {
	text   string
	quoted bool
	at     int
}

// inWord says whether a sign may be part of a name or value without quotes.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_.-:/@+", r)
}

func scanSegment(text string) ([]segmentToken, error) {
	var tokens []segmentToken
	runes := []rune(text)
	for i := 0; i < len(runes); {
		start := i
		switch r := runes[i]; {
		case unicode.IsSpace(r):
			i++
			continue
		case r == '"' || r == '\'':
			var value strings.Builder
			for i++; i < len(runes) && runes[i] != r; i++ {
				if runes[i] == '\\' && i+1 < len(runes) {
					i++
				}
				value.WriteRune(runes[i])
			}
			if i == len(runes) {
				return nil, fmt.Errorf("character %d: the quote is never closed", start+1)
			}
			i++
			tokens = append(tokens, segmentToken{value.String(), true, start})
			continue
		case inWord(r):
			for i < len(runes) && inWord(runes[i]) {
				i++
			}
		case strings.ContainsRune("<>!=", r):
			for i < len(runes) && strings.ContainsRune("<>!=", runes[i]) {
				i++
			}
		case strings.ContainsRune("(),", r):
			i++
		default:
			return nil, fmt.Errorf("character %d: %q has no meaning here; put values with signs in quotes", i+1, string(r))
		}
		tokens = append(tokens, segmentToken{string(runes[start:i]), false, start})
	}
	return tokens, nil
}

type segmentParser struct {
	tokens []segmentToken
	next   int
}

func (p *segmentParser) peek() segmentToken {
	if p.next < len(p.tokens) {
		return p.tokens[p.next]
	}
	return segmentToken{at: -1}
}

func (p *segmentParser) take(word string) bool {
	if t := p.peek(); !t.quoted && strings.EqualFold(t.text, word) {
		p.next++
		return true
	}
	return false
}

func (p *segmentParser) wanted(what string) error {
	t := p.peek()
	if t.at < 0 {
		return fmt.Errorf("the segment ends where %s was expected", what)
	}
	return fmt.Errorf("character %d: %q stands where %s was expected", t.at+1, t.text, what)
}

func (p *segmentParser) either(depth int) (Segment, error) { return p.joined("or", p.both, depth) }
func (p *segmentParser) both(depth int) (Segment, error)   { return p.joined("and", p.one, depth) }

func (p *segmentParser) joined(op string, part func(int) (Segment, error), depth int) (Segment, error) {
	first, err := part(depth)
	if err != nil {
		return first, err
	}
	all := []Segment{first}
	for p.take(op) {
		next, err := part(depth)
		if err != nil {
			return next, err
		}
		all = append(all, next)
	}
	if len(all) == 1 {
		return first, nil
	}
	return Segment{Op: op, Of: all}, nil
}

func (p *segmentParser) one(depth int) (Segment, error) {
	if depth > maxSegmentDepth {
		return Segment{}, fmt.Errorf("the segment is nested deeper than %d levels", maxSegmentDepth)
	}
	if p.take("not") {
		inner, err := p.one(depth + 1)
		return Segment{Op: "not", Of: []Segment{inner}}, err
	}
	if p.take("(") {
		inner, err := p.either(depth + 1)
		if err == nil && !p.take(")") {
			err = p.wanted("a closing bracket")
		}
		return inner, err
	}
	name := p.peek()
	own := len(name.text) > len(ownTrait) && strings.EqualFold(name.text[:len(ownTrait)], ownTrait)
	if name.at < 0 || (name.quoted && !own) || (!name.quoted && !isWord(name.text)) {
		return Segment{}, p.wanted("the name of a trait")
	}
	p.next++
	leaf := Segment{Trait: strings.ToLower(name.text)}
	if own { // the sender's own names keep their case
		leaf.Trait = ownTrait + name.text[len(ownTrait):]
	}
	return p.compare(leaf)
}

func (p *segmentParser) compare(leaf Segment) (Segment, error) {
	negate := func(s Segment) Segment { return Segment{Op: "not", Of: []Segment{s}} }
	switch {
	case p.take("is"):
		leaf.Op = "missing"
		if p.take("missing") {
			return leaf, nil
		}
		if p.take("known") {
			return negate(leaf), nil
		}
		return leaf, p.wanted("missing or known")
	case p.take("not"):
		if !p.take("in") {
			return leaf, p.wanted("in")
		}
		s, err := p.list(leaf)
		return negate(s), err
	case p.take("in"):
		return p.list(leaf)
	}
	op := ""
	for _, known := range []string{"=", "==", "<", "<=", ">", ">=", "!=", "<>", "contains"} {
		if p.take(known) {
			op = known
			break
		}
	}
	if op == "" {
		return leaf, p.wanted("=, !=, <, <=, >, >=, in, contains or is")
	}
	value, err := p.value()
	leaf.Values = []string{value}
	switch op {
	case "!=", "<>":
		leaf.Op = "="
		return negate(leaf), err
	case "==":
		op = "="
	}
	leaf.Op = op
	return leaf, err
}

func (p *segmentParser) list(leaf Segment) (Segment, error) {
	leaf.Op = "in"
	if !p.take("(") {
		return leaf, p.wanted("a list in brackets")
	}
	for {
		v, err := p.value()
		if err != nil {
			return leaf, err
		}
		leaf.Values = append(leaf.Values, v)
		if p.take(")") {
			return leaf, nil
		}
		if !p.take(",") {
			return leaf, p.wanted("a comma or a closing bracket")
		}
	}
}

func (p *segmentParser) value() (string, error) {
	t := p.peek()
	if t.at < 0 || (!t.quoted && !isWord(t.text)) {
		return "", p.wanted("a value")
	}
	p.next++
	return t.text, nil
}
