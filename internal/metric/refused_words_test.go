package metric_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// formatOf is which argument of a call is said to people, by the name of what is called.
var formatOf = map[string]int{"New": 1, "Wrap": 2, "Field": 1, "Mend": 0, "Said": 0, "Words": 0, "wanted": 0, "value": 0, "behaviour": 2, "refused": 0, "refuse": 1, "bad": 1, "fail": 0, "mark": 0}

// onlyWhere is said of another text alone.
var onlyWhere = regexp.MustCompile(`^(%s|\w+): %s$`)

var verb = regexp.MustCompile(`%(\[\d\])?[a-z]`)

// refusalsOf are the texts that a package's files refuse with, as they stand in its code.
func refusalsOf(t *testing.T, pattern string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatal(pattern, err)
	}
	found := map[string]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		literal := func(e ast.Expr) {
			if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(text, " ") && !onlyWhere.MatchString(text) {
					found[text] = name
				}
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				called := ""
				switch f := n.Fun.(type) {
				case *ast.SelectorExpr:
					called = f.Sel.Name
					if of, ok := f.X.(*ast.Ident); (called == "New" || called == "Wrap") && (!ok || of.Name != "fault") {
						return true
					}
					if called == "New" || called == "Wrap" {
						if kind, ok := n.Args[0].(*ast.SelectorExpr); ok && kind.Sel.Name == "Internal" { // never shown
							return true
						}
					}
				case *ast.Ident:
					called = f.Name
				}
				if at, ok := formatOf[called]; ok && at < len(n.Args) {
					literal(n.Args[at])
				}
			case *ast.FuncDecl: // why a type refuses a total
				if n.Name.Name != "Refuses" {
					return true
				}
				ast.Inspect(n.Body, func(n ast.Node) bool {
					if r, ok := n.(*ast.ReturnStmt); ok {
						literal(r.Results[0])
					}
					return true
				})
			case *ast.AssignStmt: // what a value must be
				for i, to := range n.Lhs {
					if id, ok := to.(*ast.Ident); ok && id.Name == "what" && len(n.Rhs) == len(n.Lhs) {
						literal(n.Rhs[i])
					}
				}
			}
			return true
		})
	}
	return found
}

func TestEveryRefusalIsSaidInEveryLanguage(t *testing.T) {
	all := refusalsOf(t, "*.go")
	for _, pattern := range []string{"../account/segment_*.go", "../account/saved.go", "../app/own.go"} {
		for text, file := range refusalsOf(t, pattern) {
			all[text] = file
		}
	}
	// What is kept with a row or a call, and what forms of the app are refused with.
	for _, pattern := range []string{"../health/*.go", "../fact/*.go", "../ingest/segment_call.go", "../ingest/columns.go", "../forecast/model.go", "../journey/check.go", "../board/*.go",
		"../account/edit.go", "../account/file.go", "../team/user.go", "../team/password.go"} {
		for text, file := range refusalsOf(t, pattern) {
			all[text] = file
		}
	}
	if len(all) < 200 {
		t.Fatalf("only %d refusals are found", len(all))
	}
	for text, file := range all {
		for _, lang := range i18n.Langs[1:] {
			said := i18n.Refusal(lang)(text)
			if said == text {
				t.Errorf("%s: not in %s: %q", file, lang, text)
				continue
			}
			verbs := func(s string) []string {
				found := verb.FindAllString(strings.ReplaceAll(s, "%%", ""), -1)
				if !strings.Contains(s, "%[") {
					return found
				}
				slices.Sort(found)
				return found
			}
			if got, want := verbs(said), verbs(text); !strings.Contains(said, "%[") && !slices.Equal(got, want) || len(got) != len(want) {
				t.Errorf("%s: %q is filled otherwise in %s: %q", file, text, lang, said)
			}
		}
	}
}

// A reader is refused in their own language; what they typed stays as it was.
func TestARefusalIsSaidInTheAskersLanguage(t *testing.T) {
	_, s := serving(t, "duckdb")
	for _, c := range []struct {
		ask  metric.Ask
		lang i18n.Lang
		want string
	}{
		{metric.Ask{Metric: "nps", Grain: "eon"}, i18n.EN, `the question about nps can't be answered as it is; grain: "eon" is none of hour, day, week, month, quarter, year`},
		{metric.Ask{Metric: "nps", Grain: "eon"}, i18n.ES, `no se puede responder así a la pregunta sobre nps; grain: "eon" no es ninguno de hour, day, week, month, quarter, year`},
		{metric.Ask{Metric: "nps", Segment: "plan ="}, i18n.RO, `la întrebarea despre nps nu se poate răspunde așa; segment: segmentul se termină unde se aștepta o valoare`},
		{metric.Ask{Metric: "nps", Set: map[string]string{"inactive_days": "x"}}, i18n.RU, `на вопрос о nps в таком виде ответить нельзя; inactive_days: nps на этом не основан; он основан на: ничего`},
	} {
		_, err := s.Answer(t.Context(), c.ask)
		if err == nil {
			t.Fatalf("%+v was answered", c.ask)
		}
		d := fault.Problem(fault.In(err, i18n.Refusal(c.lang)))
		got := d.Detail
		for _, f := range d.Errors {
			got += "; " + f.Name + ": " + f.Reason
		}
		if got != c.want {
			t.Errorf("%s: %s\nwant %s", c.lang, got, c.want)
		}
	}
}
