package segments

import (
	"net/url"
	"strconv"
	"testing"

	"github.com/keepwell/keepwell/internal/account"
)

// asForm is what a browser would send of a built segment.
func asForm(b Built) url.Values {
	form := url.Values{"join": {b.Join}}
	for _, g := range b.Groups {
		form.Add("group-join", g.Join)
		for _, r := range g.Rows {
			form.Add("group", strconv.Itoa(r.Group))
			for name, value := range r.fields() {
				form.Add(name, *value)
			}
		}
	}
	return form
}

func TestTheBuilderWritesTheTextItWasGiven(t *testing.T) {
	for _, text := range []string{
		`plan = enterprise`, `plan != free and csm is missing and name contains "a b"`, `country in (RO, MD) or country not in (US)`,
		`created_at in last 30 days and trait.renewal in next 2 months and created_at older than 1 year`, `csm is known`,
		`did "Report Created"`, `did not "Login" in 14 days`, `did any event >= 5 days in 2 weeks`, `viewed "/docs/*" between 2 and 4 times`,
		`metric mrr >= 1000 USD and metric csat/mean between 50 and 70`, `metric nps is missing`, `not metric nps < 5 in 90 days`,
		`answered nps <= 6 in 90 days`, `not answered any in 6 months`, `answered choice of "Why" contains expensive`, `in segment "Big ones"`,
		`metric mrr >= 1000 EUR and (answered nps <= 6 in last 90 days or metric nps < 0 in last 90 days)`,
		`(plan = a and csm = b) or (plan = c and not csm = d)`, `"trait.Number of seats" > 10`, ``,
	} {
		want, err := account.ParseSegment(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		b, ok := builtOf(want)
		if !ok {
			t.Errorf("the builder does not show %s", text)
			continue
		}
		tree, left := readBuilt(asForm(b)).Tree()
		if tree.String() != want.String() || (left > 0) != (text == "") {
			t.Errorf("%s became %s, %d left", text, tree, left)
		}
	}
}

func TestWhatIsNestedDeeperIsLeftToTheText(t *testing.T) {
	for _, text := range []string{`not (plan = a and csm = b)`, `plan = a and (csm = b or (csm = c and plan = d))`, `country in ("a, b", c)`} {
		s, err := account.ParseSegment(text)
		if err != nil {
			t.Fatal(err)
		}
		if b, ok := builtOf(s); ok {
			t.Errorf("%s is shown as %+v", text, b)
		}
	}
}

func TestConditionsAreAddedAndTakenAway(t *testing.T) {
	s, err := account.ParseSegment(`plan = a and (csm = b or csm = c)`)
	if err != nil {
		t.Fatal(err)
	}
	for do, want := range map[string]string{
		"remove:0": `csm = "b" or csm = "c"`, "remove:1": `plan = "a" and csm = "c"`, "remove:9": s.String(), "remove:-1": s.String(), "add:7": s.String(), "add:x": s.String(), "": s.String(),
	} {
		b, _ := builtOf(s)
		if tree, left := b.after(do).Tree(); tree.String() != want || left != 0 {
			t.Errorf("%s: %s, %d left", do, tree, left)
		}
	}
	b, _ := builtOf(s)
	for _, do := range []string{"add:1", "group"} {
		b = b.after(do)
	}
	if tree, left := b.Tree(); tree.String() != s.String() || left != 2 || len(b.Groups) != 3 {
		t.Errorf("%s, %d left, %+v", tree, left, b)
	}
	b, _ = builtOf(account.Segment{Op: "missing", About: account.Trait, Name: "csm"})
	if b = b.after("remove:0"); len(b.Groups) != 1 || len(b.Groups[0].Rows) != 1 {
		t.Errorf("nothing is left to fill in: %+v", b)
	}
}

func TestFieldsThatNobodyOfferedDoNoHarm(t *testing.T) {
	b := readBuilt(url.Values{"join": {"xor"}, "group-join": {"nand"}, "group": {"0", "7", "x", "-1", "0"}, "about": {"nonsense"}, "op": {"drop"}, "name": {"plan"}, "value": {"a"}})
	if tree, left := b.Tree(); tree.String() != `plan = "a"` || left != 1 {
		t.Errorf("%s, %d left", tree, left)
	}
}
