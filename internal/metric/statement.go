package metric

import (
	"iter"
	"regexp"
	"slices"
	"strings"
)

// statement puts the relations in front of a select.
func (c *compiler) statement(sql string) string {
	relations, sql := inlined(folded(c.ctes, sql), sql)
	if len(relations) == 0 {
		return sql
	}
	return "with " + strings.Join(relations, ",\n") + "\n" + sql
}

// folded are relations with those that are kept though one place alone reads them folded into that: a copy would hold columns
// and rows that nobody asks for.
func folded(ctes []string, sql string) []string {
	uses := usesOf(append(slices.Clone(ctes), sql))
	all := slices.Clone(ctes)
	for n, text := range ctes {
		name, rest, _ := strings.Cut(text, " as ")
		if rest, isKept := strings.CutPrefix(rest, "materialized "); isKept && uses[name] < 2 && name != "r_points" && strings.HasPrefix(name, "r_") {
			all[n] = name + " as " + rest
		}
	}
	return all
}

// inlined writes each relation that one place reads into that place. DuckDB takes longer to plan a relation with a name than one
// that stands where it is read: over few rows a fifth of the whole question.
func inlined(ctes []string, sql string) ([]string, string) {
	texts := append(slices.Clone(ctes), sql)
	uses := usesOf(texts)
	var named []string
	for n := range ctes {
		name, body, _ := strings.Cut(texts[n], " as ")
		body = strings.TrimPrefix(body, "not materialized ")
		if uses[name] != 1 || name == "r_points" || !strings.HasPrefix(body, "(") {
			named = append(named, texts[n])
			continue
		}
		for m := n + 1; m < len(texts); m++ {
			if text, ok := readInPlace(texts[m], name, body); ok {
				texts[m], name = text, ""
				break
			}
		}
		if name != "" {
			named = append(named, texts[n])
		}
	}
	return named, texts[len(ctes)]
}

// readInPlace is text with the relation called name written out where it is read from; false where it isn't.
func readInPlace(text, name, body string) (string, bool) {
	for from, to := range relationsIn(text) {
		before := strings.TrimRight(text[:from], " \n")
		if text[from:to] != name || !strings.HasSuffix(before, "from") && !strings.HasSuffix(before, "join") {
			continue
		}
		if word := nextWord.FindStringSubmatch(text[to:]); word == nil || slices.Contains(afterRelation, word[1]) {
			body += " " + name
		}
		return text[:from] + body + text[to:], true
	}
	return text, false
}

var nextWord = regexp.MustCompile(`^\s+([a-z_]+)`)

// afterRelation are the words that may follow a relation without another name.
var afterRelation = []string{"where", "group", "order", "union", "join", "left", "right", "full", "inner", "cross", "on", "using", "having", "limit", "offset", "window", "intersect", "except"}

// relationsIn are the places in SQL where relations are named.
func relationsIn(text string) iter.Seq2[int, int] {
	isPart := func(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
	return func(use func(from, to int) bool) {
		for to := 0; ; {
			from := strings.Index(text[to:], "r_")
			if from < 0 {
				return
			}
			from += to
			for to = from + 2; to < len(text) && isPart(text[to]); to++ {
			}
			if (from == 0 || !isPart(text[from-1])) && !use(from, to) {
				return
			}
		}
	}
}

// usesOf is how many places read each relation.
func usesOf(texts []string) map[string]int {
	uses := map[string]int{}
	for _, text := range texts {
		head, _, _ := strings.Cut(text, " as ")
		for from, to := range relationsIn(text) {
			if name := text[from:to]; name != head {
				uses[name]++
			}
		}
	}
	return uses
}
