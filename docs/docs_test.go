package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestTheGeneratedChaptersSayWhatTheCodeSays(t *testing.T) {
	for _, c := range Chapters {
		raw, err := os.ReadFile(c.File)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := c.Put(string(raw))
		if err != nil {
			t.Fatal(err)
		}
		if fresh != string(raw) {
			t.Errorf("docs/%s is behind the code; run `make generate`", c.File)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)]+)\)`)

func TestLinksBetweenOurPagesLeadSomewhere(t *testing.T) {
	pages, _ := filepath.Glob("*.md")
	for _, page := range []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ARCHITECTURE.md"} {
		pages = append(pages, filepath.Join("..", page))
	}
	for _, page := range pages {
		raw, err := os.ReadFile(page)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, l := range link.FindAllStringSubmatch(string(raw), -1) {
			target, _, _ := strings.Cut(l[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), target)); err != nil {
				t.Errorf("%s links to %s, which does not exist", page, l[1])
			}
		}
	}
}

func TestTheReadmeLeadsToEveryPage(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	pages, _ := filepath.Glob("*.md")
	if len(pages) < 4 {
		t.Fatalf("only %d pages in docs/", len(pages))
	}
	for _, page := range pages {
		if !strings.Contains(string(readme), "docs/"+page) {
			t.Errorf("the README does not lead to docs/%s", page)
		}
	}
}
