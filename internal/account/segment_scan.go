package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fault"
)

// Limits of a segment: more is a mistake or an attack.
const (
	maxSegmentBytes  = 4096
	maxSegmentDepth  = 30
	maxSegmentLeaves = 50
)

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

func plainText(text string) error {
	if len(text) > maxSegmentBytes {
		return fault.Said("the segment is longer than %d bytes", maxSegmentBytes)
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return fault.Said("the segment is not plain text: it holds a NUL or is not UTF-8")
	}
	return nil
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
				return nil, fault.Said("character %d: the quote is never closed", start+1)
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
			return nil, fault.Said("character %d: %q has no meaning here; put values with signs in quotes", i+1, string(r))
		}
		tokens = append(tokens, segmentToken{string(runes[start:i]), false, start})
	}
	return tokens, nil
}

// segmentParser reads tokens one after the other and remembers at which sign each leaf begins.
type segmentParser struct {
	tokens []segmentToken
	next   int
	leaves []int
}

func (p *segmentParser) peek() segmentToken { return p.ahead(0) }

func (p *segmentParser) ahead(n int) segmentToken {
	if p.next+n < len(p.tokens) {
		return p.tokens[p.next+n]
	}
	return segmentToken{at: -1}
}

func (t segmentToken) is(words ...string) bool {
	for _, word := range words {
		if !t.quoted && t.at >= 0 && strings.EqualFold(t.text, word) {
			return true
		}
	}
	return false
}

// take goes on when these words come next.
func (p *segmentParser) take(words ...string) bool {
	for i, word := range words {
		if !p.ahead(i).is(word) {
			return false
		}
	}
	p.next += len(words)
	return true
}

// takeOne goes on when one of these words comes next, and tells which.
func (p *segmentParser) takeOne(words ...string) string {
	for _, word := range words {
		if p.take(word) {
			return word
		}
	}
	return ""
}

func (p *segmentParser) wanted(what string) error {
	t := p.peek()
	if t.at < 0 {
		return fault.Said("the segment ends where %s was expected", fault.Words(what))
	}
	return fault.Said("character %d: %q stands where %s was expected", t.at+1, t.text, fault.Words(what))
}

// value is the next word or what is in the next quotes.
func (p *segmentParser) value(what string) (string, error) {
	t := p.peek()
	if t.at < 0 || (!t.quoted && !isWord(t.text)) {
		return "", p.wanted(what)
	}
	p.next++
	return t.text, nil
}
