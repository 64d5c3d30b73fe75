package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/metric"
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
	byFamily, _ := filepath.Glob("metrics/*.md")
	pages = append(pages, byFamily...)
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
			target, part, _ := strings.Cut(l[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := page
			if target != "" {
				file = filepath.Join(filepath.Dir(page), target)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Errorf("%s links to %s, which does not exist", page, l[1])
			} else if part != "" && !strings.Contains(string(text), "# "+part+"\n") {
				t.Errorf("%s links to %s, which has no such heading", page, l[1])
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

func TestEveryMetricHasItsPlace(t *testing.T) {
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range catalog.All() {
		page, err := os.ReadFile("metrics/" + d.Family + ".md")
		if err != nil || strings.Count(string(page), "\n## "+d.ID+"\n") != 1 {
			t.Errorf("%s is not on the page of its family: %v", d.ID, err)
		}
	}
}
