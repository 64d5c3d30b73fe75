package segments

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
)

// Row is a condition as the builder's fields have it. Op is that of a leaf, with ! in front when it is not to hold; "once"
// is a behaviour that happened at all.
type Row struct {
	Group                                       int
	About, Name, Op, Value, Second              string
	Counted, N, Unit, Survey, Variant, Currency string
}

// Group is conditions joined by and, or by or.
type Group struct {
	Join string
	Rows []Row
}

// Built is a segment as the builder has it: groups of conditions, joined.
type Built struct {
	Join   string
	Groups []Group
}

// once is the operator of a behaviour that is asked for without a number.
const once = "once"

// fields are a row's fields in a form; every row sends all of them, so the n-th of each belong together.
func (r *Row) fields() map[string]*string {
	return map[string]*string{"about": &r.About, "name": &r.Name, "op": &r.Op, "value": &r.Value, "second": &r.Second, "counted": &r.Counted,
		"n": &r.N, "unit": &r.Unit, "survey": &r.Survey, "variant": &r.Variant, "currency": &r.Currency}
}

// most is how many conditions the builder takes; the language has its own limit.
const most = 50

// readBuilt reads the builder's fields.
func readBuilt(form url.Values) Built {
	b := Built{Join: joinOf(form.Get("join"))}
	for _, join := range form["group-join"] {
		if len(b.Groups) < most {
			b.Groups = append(b.Groups, Group{Join: joinOf(join)})
		}
	}
	for i, of := range form["group"] {
		g, err := strconv.Atoi(of)
		if err != nil || g < 0 || g >= len(b.Groups) || i >= most {
			continue
		}
		row := Row{Group: g}
		for name, into := range row.fields() {
			if all := form[name]; i < len(all) {
				*into = strings.TrimSpace(all[i])
			}
		}
		b.Groups[g].Rows = append(b.Groups[g].Rows, row.fitted())
	}
	return b
}

func joinOf(text string) string {
	if text == "or" {
		return "or"
	}
	return "and"
}

// operators are those that each kind of condition is offered with; the first is taken where none fits.
var operators = map[account.About][]string{
	account.Trait: {"=", "!=", "in", "!in", "contains", "!contains", "starts", "<", "<=", ">", ">=", "between", "missing", "!missing",
		"last", "next", "older"},
	account.Did:      {once, "!once", ">=", "<=", "=", ">", "<", "between"},
	account.Viewed:   {once, "!once", ">=", "<=", "=", ">", "<", "between"},
	account.Metric:   {">=", "<=", ">", "<", "=", "between", "missing", "!missing"},
	account.Answered: {"known", "!known", "<=", ">=", "=", "<", ">", "between", "in", "contains"},
	account.Member:   {"member", "!member"},
}

// Abouts are the kinds of conditions, in the order in which they are offered.
var Abouts = []account.About{account.Trait, account.Did, account.Viewed, account.Metric, account.Answered, account.Member}

// fitted is the row with an operator that its kind has.
func (r Row) fitted() Row {
	ops, known := operators[account.About(r.About)]
	if !known {
		r.About, ops = string(account.Trait), operators[account.Trait]
	}
	if !slices.Contains(ops, r.Op) && !slices.Contains(ops, strings.TrimPrefix(r.Op, "!")) {
		r.Op = ops[0]
	}
	return r
}

// HasName, HasValue, HasSecond, HasCounted and HasWindow tell which fields a row needs.
func (r Row) HasName() bool { return r.About != string(account.Answered) }
func (r Row) base() string  { return strings.TrimPrefix(r.Op, "!") }
func (r Row) HasValue() bool {
	return !slices.Contains([]string{"missing", "known", "member", once, "last", "next", "older"}, r.base())
}
func (r Row) HasSecond() bool { return r.base() == "between" }
func (r Row) HasCounted() bool {
	return (r.About == string(account.Did) || r.About == string(account.Viewed)) && r.base() != once
}
func (r Row) HasWindow() bool {
	switch account.About(r.About) {
	case account.Trait:
		return !r.HasValue() && r.base() != "missing"
	case account.Member:
		return false
	}
	return true
}
func (r Row) IsAnswer() bool { return r.About == string(account.Answered) }

// whole tells whether a condition is filled in.
func (r Row) whole() bool {
	named := r.Name != "" || !slices.Contains([]string{string(account.Trait), string(account.Metric), string(account.Member)}, r.About)
	window := !r.HasWindow() || r.N != "" || r.About != string(account.Trait)
	return named && window && (!r.HasValue() || r.Value != "") && (!r.HasSecond() || r.Second != "")
}

// leaf is the condition as a part of a segment.
func (r Row) leaf() account.Segment {
	s := account.Segment{About: account.About(r.About), Op: r.base(), Name: r.Name}
	if r.IsAnswer() {
		s.Survey = r.Survey
	}
	if s.About == account.Trait {
		s.Name = strings.TrimSpace(r.Name)
	}
	if s.About == account.Metric {
		s.Name, s.Variant, _ = strings.Cut(r.Name, "/")
		s.Currency = strings.ToUpper(r.Currency)
	}
	switch {
	case s.Op == once:
		s.Op, s.Values, s.Counted = ">=", []string{"1"}, "times"
	case s.Op == "in":
		for _, v := range strings.Split(r.Value, ",") {
			if v = strings.TrimSpace(v); v != "" {
				s.Values = append(s.Values, v)
			}
		}
	case r.HasSecond():
		s.Values = []string{r.Value, r.Second}
	case r.HasValue():
		s.Values = []string{r.Value}
	}
	if r.HasCounted() {
		if s.Counted = r.Counted; s.Counted == "" {
			s.Counted = "times"
		}
	}
	if n, err := strconv.Atoi(r.N); err == nil && r.HasWindow() {
		if s.Within = (account.Window{N: n, Unit: r.Unit}); s.Within.Unit == "" {
			s.Within.Unit = "day"
		}
	}
	if strings.HasPrefix(r.Op, "!") {
		return account.Segment{Op: "not", Of: []account.Segment{s}}
	}
	return s
}

// rowOf is a leaf, or one that is not to hold, as a row; false for what is neither.
func rowOf(s account.Segment, group int) (Row, bool) {
	not := ""
	if s.Op == "not" {
		not, s = "!", s.Of[0]
	}
	if s.About == "" {
		return Row{}, false
	}
	r := Row{Group: group, About: string(s.About), Name: s.Name, Op: not + s.Op, Counted: s.Counted, Survey: s.Survey, Currency: s.Currency}
	if s.Variant != "" {
		r.Name += "/" + s.Variant
	}
	switch {
	case s.Counted == "times" && s.Op == ">=" && len(s.Values) == 1 && s.Values[0] == "1":
		r.Op, r.Counted = not+once, ""
	case s.Op == "in":
		if slices.ContainsFunc(s.Values, func(v string) bool { return strings.Contains(v, ",") || strings.TrimSpace(v) != v }) {
			return r, false
		}
		r.Value = strings.Join(s.Values, ", ")
	case len(s.Values) > 1:
		r.Value, r.Second = s.Values[0], s.Values[1]
	case len(s.Values) == 1:
		r.Value = s.Values[0]
	}
	if s.Within.N > 0 {
		r.N, r.Unit = strconv.Itoa(s.Within.N), s.Within.Unit
	}
	return r, true
}

// Tree is the segment that the filled-in conditions make; Left is how many are not filled in yet.
func (b Built) Tree() (tree account.Segment, left int) {
	var parts []account.Segment
	for _, g := range b.Groups {
		var leaves []account.Segment
		for _, r := range g.Rows {
			if !r.whole() {
				left++
				continue
			}
			leaves = append(leaves, r.leaf())
		}
		if len(leaves) > 0 {
			parts = append(parts, joined(g.Join, leaves))
		}
	}
	if len(parts) == 0 {
		return account.Everyone, left
	}
	return joined(b.Join, parts), left
}

func joined(op string, parts []account.Segment) account.Segment {
	if len(parts) == 1 {
		return parts[0]
	}
	return account.Segment{Op: op, Of: parts}
}

// builtOf is a segment as the builder has it; false for one that is nested deeper than the builder shows.
func builtOf(s account.Segment) (Built, bool) {
	b := Built{Join: "and"}
	parts, join := []account.Segment{s}, "and"
	if s.Op == "and" || s.Op == "or" {
		parts, join = s.Of, s.Op
	}
	if s.IsEveryone() {
		return Built{Join: "and", Groups: []Group{{Join: "and", Rows: []Row{Row{}.fitted()}}}}, true
	}
	flat := !slices.ContainsFunc(parts, func(p account.Segment) bool { return p.Op == "and" || p.Op == "or" })
	if flat {
		b.Groups = []Group{{Join: join}}
		for _, p := range parts {
			r, ok := rowOf(p, 0)
			if !ok {
				return b, false
			}
			b.Groups[0].Rows = append(b.Groups[0].Rows, r)
		}
		return b, true
	}
	b.Join = join
	for _, p := range parts {
		g := Group{Join: "and"}
		leaves := []account.Segment{p}
		if p.Op == "and" || p.Op == "or" {
			g.Join, leaves = p.Op, p.Of
		}
		for _, leaf := range leaves {
			r, ok := rowOf(leaf, len(b.Groups))
			if !ok {
				return b, false
			}
			g.Rows = append(g.Rows, r)
		}
		b.Groups = append(b.Groups, g)
	}
	return b, true
}

// after does what a button of the builder says: add:GROUP, remove:ROW or group; anything else changes nothing.
func (b Built) after(do string) Built {
	verb, of, _ := strings.Cut(do, ":")
	n, err := strconv.Atoi(of)
	switch {
	case verb == "group":
		b.Groups = append(b.Groups, Group{Join: "and", Rows: []Row{Row{Group: len(b.Groups)}.fitted()}})
	case err != nil || n < 0:
	case verb == "add" && n < len(b.Groups):
		b.Groups[n].Rows = append(b.Groups[n].Rows, Row{Group: n}.fitted())
	case verb == "remove":
		b = b.without(n)
	}
	if len(b.Groups) == 0 {
		b.Groups = []Group{{Join: "and", Rows: []Row{Row{}.fitted()}}}
	}
	return b
}

// without leaves out the n-th row, and its group when that was its last.
func (b Built) without(n int) Built {
	left := Built{Join: b.Join}
	for _, g := range b.Groups {
		kept := Group{Join: g.Join}
		for _, r := range g.Rows {
			if n--; n == -1 {
				continue
			}
			r.Group = len(left.Groups)
			kept.Rows = append(kept.Rows, r)
		}
		if len(kept.Rows) > 0 {
			left.Groups = append(left.Groups, kept)
		}
	}
	return left
}

func isPart(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }
