package docs

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/account"
)

// What the page shows is what the language is: every example of it is read.
func TestTheExamplesOfThePageOnSegmentsAreSegments(t *testing.T) {
	raw, err := os.ReadFile("segments.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	var texts []string
	_, rest, _ := strings.Cut(page, "```\n")
	examples, _, _ := strings.Cut(rest, "```")
	texts = append(texts, strings.Split(strings.TrimSpace(examples), "\n")...)
	_, rest, _ = strings.Cut(page, "| a trait of the account |")
	table, _, _ := strings.Cut(rest, "\n\n")
	for _, code := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(table, -1) {
		if code[1] != "after" && code[1] != "since" {
			texts = append(texts, code[1])
		}
	}
	if len(texts) < 40 {
		t.Fatalf("only %d examples are found", len(texts))
	}
	for _, text := range texts {
		if _, err := account.ParseSegment(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	_, rest, _ = strings.Cut(page, "```json\n")
	tree, _, _ := strings.Cut(rest, "```")
	if s, err := account.SegmentFromJSON([]byte(tree)); err != nil || len(s.Leaves()) != 5 {
		t.Errorf("%s: %v", s, err)
	}
}
