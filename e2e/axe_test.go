package e2e

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// axeSource is axe-core as npm installs it.
func axeSource(t *testing.T) string {
	t.Helper()
	const file = "axe/node_modules/axe-core/axe.min.js"
	if out, err := npm("axe"); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// judged is what axe-core finds wrong with the page as it stands: all of WCAG 2.2 A and AA and its best practices. Where it stands is
// told by its own text, and the rules that are asked for need no style sheets, so neither selectors nor those are made.
func judged(t *testing.T, page context.Context, axe string) []string {
	t.Helper()
	options := map[string]any{"resultTypes": []string{"violations"}, "preload": false, "selectors": false, "rules": map[string]any{"target-size": map[string]any{"enabled": true}},
		"runOnly": []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"}}
	written, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	if !evaluate[bool](t, page, `"axe" in window`) {
		evaluate[bool](t, page, axe+"\n;true")
	}
	return evaluate[[]string](t, page, strings.Replace(`axe.run(document, OPTIONS).then(r => r.violations.map(v =>
		v.id + " (" + v.help + "), " + v.nodes.length + "×: " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " – " + n.failureSummary.split("\n").slice(1).join(" ").slice(0, 260)).join(" | ")))`, "OPTIONS", string(written), 1))
}
