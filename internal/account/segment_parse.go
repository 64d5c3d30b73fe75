package account

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
)

// ParseSegment reads the text form. The error says at which character it went wrong and what was expected.
func ParseSegment(text string) (Segment, error) {
	s, _, err := parseSegment(text)
	return s, err
}

// LeafPositions are the characters, counted from 1, at which the leaves of a text begin, in the order of Leaves.
func LeafPositions(text string) []int {
	_, at, _ := parseSegment(text)
	return at
}

func parseSegment(text string) (Segment, []int, error) {
	if err := plainText(text); err != nil {
		return Segment{}, nil, err
	}
	tokens, err := scanSegment(text)
	if err != nil || len(tokens) == 0 {
		return Everyone, nil, err
	}
	p := &segmentParser{tokens: tokens}
	s, err := p.either(0)
	if err == nil && p.peek().at >= 0 {
		err = p.wanted("and, or, or the end")
	}
	if err == nil && len(p.leaves) > maxSegmentLeaves {
		err = fault.Said("the segment asks for more than %d things", maxSegmentLeaves)
	}
	if err != nil {
		return Segment{}, nil, err
	}
	return s, p.leaves, nil
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
		return Segment{}, fault.Said("the segment is nested deeper than %d levels", maxSegmentDepth)
	}
	if p.take("not") {
		inner, err := p.one(depth + 1)
		return negated(inner), err
	}
	if p.take("(") {
		inner, err := p.either(depth + 1)
		if err == nil && !p.take(")") {
			err = p.wanted("a closing bracket")
		}
		return inner, err
	}
	p.leaves = append(p.leaves, p.peek().at+1)
	switch first := p.peek(); {
	case p.take("did"):
		return p.behaviour(Did, "event", "the name of an event, or any event")
	case p.take("viewed"):
		return p.behaviour(Viewed, "page", "the path of a page, or any page")
	case p.take("metric"):
		return p.metric()
	case p.take("answered"):
		return p.answered()
	case p.take("in", "segment"), p.take("@"):
		return p.member("")
	case !first.quoted && strings.HasPrefix(first.text, "@"):
		p.next++
		return p.member(first.text[1:])
	}
	return p.trait()
}

func negated(s Segment) Segment { return Segment{Op: "not", Of: []Segment{s}} }

func (p *segmentParser) member(name string) (Segment, error) {
	var err error
	if name == "" {
		if name, err = p.value("the name of a segment"); err == nil && name == "" {
			p.next--
			err = p.wanted("the name of a segment")
		}
	}
	return Segment{Op: "member", About: Member, Name: name}, err
}

// ownTrait begins the names of a sender's own traits, contactTrait those of contacts.
const (
	ownTrait     = "trait."
	contactTrait = "contact."
)

// traitName is the name as it is kept: in small letters but for what is the sender's own. Own says that it is that.
func traitName(text string) (name string, own bool) {
	begin := func(prefix string) bool {
		return len(text) > len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
	}
	for _, prefix := range []string{ownTrait, contactTrait + ownTrait} {
		if begin(prefix) {
			return prefix + text[len(prefix):], true
		}
	}
	return strings.ToLower(text), false
}

func (p *segmentParser) trait() (Segment, error) {
	t := p.peek()
	name, own := traitName(t.text)
	if t.at < 0 || (t.quoted && !own) || (!t.quoted && !isWord(t.text)) {
		return Segment{}, p.wanted("the name of a trait, or did, viewed, metric, answered, in segment")
	}
	p.next++
	leaf := Segment{About: Trait, Name: name}
	if p.take("not") {
		if !p.peek().is("in", "between", "contains", "starts") {
			return leaf, p.wanted("in, between, contains or starts with")
		}
		s, err := p.compare(leaf)
		return negated(s), err
	}
	return p.compare(leaf)
}

// compare reads how a trait, an answer or a metric is compared.
func (p *segmentParser) compare(leaf Segment) (Segment, error) {
	set := func(op string, read func() error) (Segment, error) {
		leaf.Op = op
		err := read()
		return leaf, err
	}
	switch {
	case p.take("is"):
		leaf.Op = "missing"
		if p.take("missing") {
			return leaf, nil
		}
		if p.take("known") {
			return negated(leaf), nil
		}
		return leaf, p.wanted("missing or known")
	case p.peek().is("in") && p.ahead(1).is("("):
		return set("in", func() error { p.take("in"); return p.list(&leaf) })
	case leaf.About == Trait && p.take("in"):
		return p.near(leaf)
	case leaf.About == Trait && p.take("older", "than"):
		return set("older", func() (err error) { leaf.Within, err = p.window(); return err })
	case p.take("between"):
		return set("between", func() error { return p.bounds(&leaf) })
	case p.take("contains"):
		return set("contains", func() error { return p.add(&leaf) })
	case p.take("starts", "with"):
		return set("starts", func() error { return p.add(&leaf) })
	}
	op := p.operator()
	switch op {
	case "":
		if leaf.About == Trait && p.next == 1 && p.peek().at < 0 { // as somebody writes who means a segment of that name
			return leaf, fault.Said("the segment ends after %q: compare it with something, as in %s = \"…\", or write @%s for the saved segment of that name", leaf.Name, leaf.Name, leaf.Name)
		}
		return leaf, p.wanted("=, !=, <, <=, >, >=, in, between, contains, starts with or is")
	case "!=":
		s, err := set("=", func() error { return p.add(&leaf) })
		return negated(s), err
	}
	return set(op, func() error { return p.add(&leaf) })
}

// operator is the comparison that comes next, "" when none does.
func (p *segmentParser) operator() string {
	for _, known := range []struct {
		words []string
		op    string
	}{
		{[]string{"="}, "="}, {[]string{"=="}, "="}, {[]string{"<>"}, "!="}, {[]string{"!="}, "!="}, {[]string{"<"}, "<"}, {[]string{"<="}, "<="}, {[]string{">"}, ">"}, {[]string{">="}, ">="},
		{[]string{"exactly"}, "="}, {[]string{"at", "least"}, ">="}, {[]string{"at", "most"}, "<="}, {[]string{"more", "than"}, ">"}, {[]string{"less", "than"}, "<"}, {[]string{"fewer", "than"}, "<"},
		{[]string{"before"}, "<"}, {[]string{"after"}, ">"}, {[]string{"since"}, ">="},
	} {
		if p.take(known.words...) {
			return known.op
		}
	}
	return ""
}

// near reads "last 30 days" and "next 30 days".
func (p *segmentParser) near(leaf Segment) (_ Segment, err error) {
	p.take("the")
	switch p.takeOne("last", "past", "next") {
	case "next":
		leaf.Op = "next"
	case "":
		return leaf, p.wanted("a list in brackets, or last or next and a number of days")
	default:
		leaf.Op = "last"
	}
	leaf.Within, err = p.window()
	return leaf, err
}

// within reads "in last 30 days", which may be left out.
func (p *segmentParser) within() (Window, error) {
	if p.takeOne("in", "within") == "" {
		return Window{}, nil
	}
	p.take("the")
	p.takeOne("last", "past")
	return p.window()
}

// maxWindow bounds a window: no installation has facts from further back.
const maxWindow = 10_000

func (p *segmentParser) window() (Window, error) {
	n, err := strconv.Atoi(p.peek().text)
	if err != nil || p.peek().at < 0 || n < 1 || n > maxWindow {
		return Window{}, p.wanted("a number of days, weeks, months, quarters or years")
	}
	p.next++
	for _, unit := range []string{"day", "week", "month", "quarter", "year"} {
		if p.takeOne(unit, unit+"s") != "" {
			return Window{n, unit}, nil
		}
	}
	return Window{}, p.wanted("days, weeks, months, quarters or years")
}

func (p *segmentParser) add(leaf *Segment) error {
	v, err := p.operand(*leaf)
	leaf.Values = append(leaf.Values, v)
	return err
}

func (p *segmentParser) bounds(leaf *Segment) error {
	if err := p.add(leaf); err != nil {
		return err
	}
	if !p.take("and") {
		return p.wanted("and")
	}
	return p.add(leaf)
}

func (p *segmentParser) list(leaf *Segment) error {
	p.take("(")
	for {
		if err := p.add(leaf); err != nil {
			return err
		}
		if p.take(")") {
			return nil
		}
		if !p.take(",") {
			return p.wanted("a comma or a closing bracket")
		}
	}
}

var (
	wholeNumber = regexp.MustCompile(`^[0-9]{1,9}$`)
	plainNumber = regexp.MustCompile(`^-?[0-9]{1,18}([.][0-9]{1,9})?$`)
)

// operand is a value that fits what the leaf asks about.
func (p *segmentParser) operand(leaf Segment) (string, error) {
	fits, what := (*regexp.Regexp)(nil), "a value"
	switch {
	case leaf.Counted != "":
		fits, what = wholeNumber, "a whole number"
	case leaf.About == Metric || leaf.About == Answered && leaf.Name != "choice" && leaf.Name != "text":
		fits, what = plainNumber, "a number"
	}
	v, err := p.value(what)
	if err == nil && fits != nil && !fits.MatchString(v) {
		p.next--
		err = p.wanted(what)
	}
	return v, err
}
