package account

import (
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// behaviour reads what was done, how often and when.
func (p *segmentParser) behaviour(about About, noun, what string) (Segment, error) {
	leaf := Segment{About: about}
	not := p.take("not")
	if !p.take("any", noun) && !p.take("anything") {
		name, err := p.value(what)
		if err == nil && name == "" {
			p.next--
			err = p.wanted(what)
		}
		if err != nil {
			return leaf, err
		}
		leaf.Name = name
	}
	leaf, err := p.counted(leaf)
	if err == nil {
		leaf.Within, err = p.within()
	}
	if err != nil {
		return leaf, err
	}
	if leaf.Op == "!=" {
		leaf.Op, not = "=", !not
	}
	if not {
		return negated(leaf), nil
	}
	return leaf, nil
}

// counted reads ">= 3 times", which may be left out: at least once.
func (p *segmentParser) counted(leaf Segment) (Segment, error) {
	leaf.Counted = "times"
	var err error
	switch {
	case p.take("between"):
		leaf.Op = "between"
		err = p.bounds(&leaf)
	default:
		if leaf.Op = p.operator(); leaf.Op == "" {
			leaf.Op, leaf.Values = ">=", []string{"1"}
			return leaf, nil
		}
		err = p.add(&leaf)
	}
	if err != nil {
		return leaf, err
	}
	switch p.takeOne("times", "time", "days", "day", "people", "person") {
	case "":
		return leaf, p.wanted("times, days or people")
	case "days", "day":
		leaf.Counted = "days"
	case "people", "person":
		leaf.Counted = "people"
	}
	return leaf, nil
}

func (p *segmentParser) metric() (Segment, error) {
	t := p.peek()
	id, variant, _ := strings.Cut(t.text, "/")
	if t.at < 0 || t.quoted || !isWord(id) || variant != "" && !isWord(variant) || strings.HasSuffix(t.text, "/") || strings.Contains(variant, "/") {
		return Segment{}, p.wanted("the id of a metric")
	}
	p.next++
	s, err := p.compare(Segment{About: Metric, Name: id, Variant: variant})
	leaf := &s
	if s.Op == "not" {
		leaf = &s.Of[0]
	}
	if err == nil && slices.Contains([]string{"in", "contains", "starts"}, leaf.Op) {
		err = fault.Said("character %d: a metric is a number: compare it with =, !=, <, <=, >, >= or between", t.at+1)
	}
	if next := p.peek(); err == nil && leaf.Op != "missing" && next.at >= 0 && !next.is("in", "within", "and", "or", ")") {
		if _, known := fact.MinorDigits(strings.ToUpper(next.text)); !known || next.quoted {
			return s, p.wanted("a currency, in last, and, or, or the end")
		}
		leaf.Currency = strings.ToUpper(next.text)
		p.next++
	}
	if err == nil {
		leaf.Within, err = p.within()
	}
	return s, err
}

// answered reads the kind of an answer, whose survey, and what was answered.
func (p *segmentParser) answered() (Segment, error) {
	leaf := Segment{About: Answered, Op: "known"}
	kinds, _ := fact.Answers.Column("kind")
	what := strings.Join(kinds.Choices, ", ") + ", any or the name of a survey"
	var err error
	survey := func() error {
		if leaf.Survey, err = p.value("the name of a survey"); err == nil && leaf.Survey == "" {
			p.next--
			err = p.wanted("the name of a survey")
		}
		return err
	}
	switch t := p.peek(); {
	case t.quoted:
		err = survey()
	case p.take("any"):
	default:
		if leaf.Name = p.takeOne(kinds.Choices...); leaf.Name == "" {
			return leaf, p.wanted(what)
		}
	}
	if err == nil && leaf.Survey == "" && p.take("of") {
		err = survey()
	}
	if err != nil {
		return leaf, err
	}
	t := p.peek()
	if t.at < 0 || t.is("and", "or", ")", "within") || t.is("in") && !p.ahead(1).is("(") {
		leaf.Within, err = p.within()
		return leaf, err
	}
	s, err := p.compare(leaf)
	inner := &s
	if s.Op == "not" {
		inner = &s.Of[0]
	}
	text := slices.Contains([]string{"contains", "starts"}, inner.Op)
	ordered := slices.Contains([]string{"<", "<=", ">", ">=", "between"}, inner.Op)
	if err == nil && (inner.Op == "missing" || leaf.Name == "text" || leaf.Name == "choice" && ordered || leaf.Name != "choice" && text) {
		err = fault.Said("character %d: scores are compared as numbers, choices with =, in, contains and starts with, texts not at all", t.at+1)
	}
	if err == nil {
		inner.Within, err = p.within()
	}
	return s, err
}
