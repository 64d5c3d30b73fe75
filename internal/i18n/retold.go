package i18n

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A pattern finds a format again in what was said by it.
type pattern struct {
	format  string
	words   string // the longest part of it that is always said
	letters int    // how much of it is always said
	said    *regexp.Regexp
}

var (
	verb = regexp.MustCompile(`%(?:\[(\d)\])?(?:\.\d)?([a-z%])`)
	// filled is what stands in a text where its format has a verb.
	filled = map[string]string{"q": `("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`, "d": `(-?\d+)`, "g": `([-+.\deE]+|\+?Inf|NaN)`, "c": `(.)`, "%": `%`}
)

// patterns are the refusals with parts, those that say most by themselves first. What says next to nothing by itself, as
// "%s: %s" does, would be found in anything.
var patterns = sync.OnceValue(func() []pattern {
	const least = 5
	var all []pattern
	for format := range refusals[ES] {
		p := pattern{format: format}
		var text strings.Builder
		rest := format
		for _, m := range verb.FindAllStringSubmatchIndex(format, -1) {
			before := rest[:len(rest)-(len(format)-m[0])]
			rest = format[m[1]:]
			p.add(before)
			in, ok := filled[format[m[4]:m[5]]]
			if !ok {
				in = `(.*)`
			}
			text.WriteString(regexp.QuoteMeta(before) + in)
		}
		p.add(rest)
		if text.WriteString(regexp.QuoteMeta(rest)); strings.Contains(format, "%") && p.letters >= least {
			p.said = regexp.MustCompile(`(?s)\A` + text.String() + `\z`)
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b pattern) int {
		return cmp.Or(cmp.Compare(b.letters, a.letters), cmp.Compare(a.format, b.format))
	})
	return all
})

func (p *pattern) add(words string) {
	p.letters += len(words)
	if len(words) > len(p.words) {
		p.words = words
	}
}

// Retold says a refusal that was kept in English in l: a whole text, one after "field: ", or several with "; " between them.
// The text is as it was where it is not known. What was refused may hold anything, so how a text falls into several is found
// from its end: trying every way would take a hostile one for ever.
func Retold(l Lang, text string) (said string, known bool) {
	if l == EN || text == "" {
		return text, true
	}
	starts := []int{0}
	for at := range len(text) {
		if strings.HasPrefix(text[at:], between) {
			starts = append(starts, at+len(between))
		}
	}
	from := make([]*string, len(starts)) // what the text from each start on is, where it is known
	for i := len(starts) - 1; i >= 0; i-- {
		for j := i + 1; j < len(starts) && from[i] == nil; j++ {
			if from[j] == nil {
				continue
			}
			if first, known := retold(l, text[starts[i]:starts[j]-len(between)]); known {
				all := first + between + *from[j]
				from[i] = &all
			}
		}
		if from[i] == nil {
			if one, known := retold(l, text[starts[i]:]); known {
				from[i] = &one
			}
		}
	}
	if from[0] == nil {
		return text, false
	}
	return *from[0], true
}

// between stands between refusals that are told together.
const between = "; "

func retold(l Lang, text string) (said string, known bool) {
	if said := refusals[l][text]; said != "" && !strings.Contains(text, "%") {
		return said, true
	}
	all := patterns()
	for i := range all {
		p := &all[i]
		if !strings.Contains(text, p.words) {
			continue
		}
		if parts := p.said.FindStringSubmatch(text); parts != nil {
			return p.fill(l, parts[1:]), true
		}
	}
	if field, rest, found := strings.Cut(text, ": "); found && !strings.ContainsAny(field, " ;") {
		rest, known = retold(l, rest)
		return field + ": " + rest, known
	}
	return text, false
}

// fill says p in l with the parts of what was said in English, which may be refusals themselves.
func (p *pattern) fill(l Lang, parts []string) string {
	next := 0
	return verb.ReplaceAllStringFunc(refusals[l][p.format], func(one string) string {
		if strings.HasSuffix(one, "%") {
			return "%"
		}
		at := next
		if m := verb.FindStringSubmatch(one); m[1] != "" {
			fmt.Sscan(m[1], &at)
			at--
		}
		next++
		if at >= len(parts) {
			return ""
		}
		part, _ := retold(l, parts[at])
		return part
	})
}
