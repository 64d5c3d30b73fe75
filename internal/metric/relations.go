package metric

import (
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/keepwell/keepwell/internal/fact"
)

// define adds the relation, and those it rests on, in front of the statement. Its text is in the file of name, where {1}
// is the argument.
func (c *compiler) define(relation, name, argument string) error {
	if c.done[relation] {
		return nil
	}
	c.done[relation] = true
	var body, how string
	snapshots, isSpans := strings.CutSuffix(name, "_spans")
	snapshot, _ := fact.KindNamed(snapshots)
	switch kind, isKind := fact.KindNamed(name); {
	case name == "points":
		body, how = c.pointRows()
	case name == "point_weeks":
		body = c.pointWeeks()
	case name == "months":
		body = c.monthRows()
	case name == "people_events", name == "visit_pages":
		kind := map[string]*fact.Kind{"people_events": fact.Events, "visit_pages": fact.Pages}[name]
		if body = c.theirs(kind); body == "" {
			if err := c.define(kind.Name, kind.Name, ""); err != nil {
				return err
			}
			body = "select * from r_" + kind.Name
		}
		how = "not materialized "
	case name == "funnel_reach":
		var err error
		if body, err = c.funnelReach(argument); err != nil {
			return err
		}
	case name == "point_days":
		if err := c.define("points", "points", ""); err != nil {
			return err
		}
		body = c.pointDays()
	case name == "during":
		var err error
		if body, err = c.during(argument); err != nil {
			return err
		}
	case name == "rates":
		body = c.rateRows()
	case name == "fx_spans":
		body = c.fxRows()
	case name == "days":
		body = c.dayRows()
	case name == "open_hours":
		var err error
		if body, err = c.openHours(argument); err != nil {
			return err
		}
	case isKind:
		if kind == fact.Events { // of which there are most: a copy, which PostgreSQL makes of what is read twice, takes longer than reading them again
			how = "not materialized "
		}
		body = c.factRows(kind, "fact_"+kind.Name)
	case isSpans && snapshot != nil && snapshot.Mode == fact.Snapshot:
		var err error
		if body, err = c.expand("select k.*, lead(k.ts) over (partition by k." + snapshot.Subject + " order by k.ts, k.seq) as until_ts from {" + snapshots + "} k"); err != nil {
			return err
		}
	default:
		raw, err := c.relation(name)
		if err != nil {
			return err
		}
		raw, isKept := strings.CutPrefix(raw, kept)
		raw, isNarrowed := strings.CutPrefix(raw, narrowed)
		if isKept {
			how = "materialized "
		} else if isNarrowed {
			how = "not materialized "
		}
		if body, err = c.expand(strings.ReplaceAll(raw, "{1}", argument)); err != nil {
			return err
		}
	}
	c.ctes = append(c.ctes, "r_"+relation+" as "+how+"(\n"+strings.TrimSpace(body)+"\n)")
	return nil
}

// relation is the text of a relation's file; the one for questions about the present over whole days, with the policies
// as they come, where there is one.
func (c *compiler) relation(name string) (string, error) {
	if c.view.AsOf() == nil && !c.broken {
		live, ok := relationText(name + ".live")
		text, any := strings.CutPrefix(live, anyInstant)
		if ok && (any || c.wholeDays()) && !c.conventions.differs(policiesOf("{"+name+"}")) {
			return text, nil
		}
	}
	raw, ok := relationText(name)
	if !ok {
		return "", fmt.Errorf("{%s} is neither a kind of fact nor a relation", name)
	}
	return when.ReplaceAllStringFunc(raw, func(block string) string {
		parts := when.FindStringSubmatch(block)
		chosen := ""
		switch parts[1] {
		case askedPerson:
			chosen = map[bool]string{true: "left", false: "told"}[c.unnamed && c.view.AsOf() == nil]
		case askedDetail:
			chosen = map[bool]string{true: "left", false: "told"}[c.lean]
		default:
			chosen = c.conventions.value(policies[parts[1]])
		}
		if chosen != parts[2] {
			return ""
		}
		return parts[3]
	}), nil
}

// anyInstant is the first line of a live relation that can answer for points that don't begin and end at midnight.
const anyInstant = "-- at any instant\n"

// when is a part of a relation that is only there for one choice of a policy, so that the other does not pay for it:
// lines between "-- when POLICY = CHOICE" and "-- end".
var when = regexp.MustCompile(`(?ms)^-- when ([a-z_]+) = ([a-z_]+)\n(.*?)^-- end\n`)

// askedPerson stands in the place of a policy: told where the relation says which person it was, left where nobody looks at
// that.
const askedPerson = "person"

// askedDetail stands in the place of a policy too: told where figures beside the value are asked for, left where it is
// asked for alone.
const askedDetail = "detail"

// policiesOf are the ids of the policies that SQL rests on, also through the relations it names, sorted.
func policiesOf(sql ...string) []string {
	found := map[string]bool{}
	for _, text := range sql {
		for _, parts := range placeholder.FindAllStringSubmatch(text, -1) {
			switch name := parts[1]; {
			case name == "policy" || name == "list":
				found[parts[2]] = true
			case name == "open_hours" && parts[3] == "business":
				found["business_hours"] = true
			case name == "rates" || name == "fx_spans":
				found[exchangeRate] = true
			default:
				for _, id := range policiesOfRelation(name, parts[3]) {
					found[id] = true
				}
			}
		}
	}
	return sortedKeys(found)
}

// relationPolicies keeps what relations rest on, by name: their files don't change, and every question asks.
var relationPolicies sync.Map

func policiesOfRelation(name, argument string) []string {
	if known, ok := relationPolicies.Load(name + " " + argument); ok {
		return known.([]string)
	}
	var ids []string
	if name == "funnel_reach" {
		ids = policiesOf(funnelRows)
	} else if name == "during" {
		ids = policiesOf("{" + argument + "}")
	} else if raw, ok := relationText(name); ok {
		ids = policiesOf(strings.ReplaceAll(raw, "{1}", argument))
		for _, block := range when.FindAllStringSubmatch(raw, -1) {
			if block[1] != askedPerson && block[1] != askedDetail {
				ids = append(ids, block[1])
			}
		}
	} else {
		return nil // a kind of fact, or a slip that the compiler will name
	}
	relationPolicies.Store(name+" "+argument, ids)
	return ids
}

// kept is the first line of a relation that a statement reads more than once and that is dear to compute; the rest is
// better folded into the statement.
const kept = "-- materialized\n"

// narrowed is the first line of a relation that every reader narrows by itself, so that it is never read whole.
const narrowed = "-- not materialized\n"

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
