package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// latin is a word in Latin letters, which in a Russian page is a name of something or not translated.
var latin = regexp.MustCompile(`[A-Za-z]{3,}`)

// A company whose people named everything in Russian sees no other word in a Russian page than those that Russian has from
// elsewhere, whatever way a text came there.
func TestNoWordOfARussianPageIsEnglish(t *testing.T) {
	russian := func(name string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				return 'ж'
			}
			return r
		}, name)
	}
	c := grown(4000, 1, russian)
	b := c.visit(t).as(c, team.Admin)
	b.cookies["keepwell_lang"] = "ru"
	known := russianLatin(t)
	found := map[string]string{}
	for path, status := range everyPage {
		if status != 200 || strings.Contains(path, "%3C") || strings.Contains(path, ".csv") || strings.Contains(path, ".json") {
			continue
		}
		root, err := html.Parse(strings.NewReader(b.get(path).Body.String()))
		if err != nil {
			t.Fatal(err)
		}
		look := func(n *html.Node, text string) {
			if untranslated(n) || attr(n, "translate") == "no" {
				return
			}
			for _, word := range latin.FindAllString(text, -1) {
				if w := strings.ToLower(word); !known[w] && found[w] == "" {
					found[w] = path + ": " + strings.Join(strings.Fields(text), " ")
				}
			}
		}
		for n := range root.Descendants() {
			switch {
			case n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style":
				look(n, n.Data)
			case n.Type == html.ElementNode:
				for _, said := range []string{"title", "aria-label", "placeholder", "alt", "data-label"} {
					look(n, attr(n, said))
				}
			}
		}
	}
	for _, word := range slices.Sorted(maps.Keys(found)) {
		t.Errorf("%q in %.300s", word, found[word])
	}
}

// russianLatin are the words in Latin letters that Russian texts and definitions hold: NPS, MRR, CSV.
func russianLatin(t *testing.T) map[string]bool {
	t.Helper()
	var texts []byte
	for _, file := range []string{"../i18n/locale/ru.json", "../i18n/refusal/ru.json"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		held := map[string]json.RawMessage{}
		if err := json.Unmarshal(raw, &held); err != nil {
			t.Fatal(err)
		}
		for _, text := range held {
			texts = append(texts, text...)
		}
	}
	for _, d := range catalog.All() {
		texts = append(texts, fmt.Sprintln(d.Label.RU, d.About.RU, d.Formula.RU)...)
		for _, v := range d.Variants {
			texts = append(texts, fmt.Sprintln(v.Label.RU, v.Formula.RU)...)
		}
	}
	for _, p := range metric.Policies() {
		texts = append(texts, fmt.Sprintln(p.Label.RU, p.About.RU)...)
	}
	for _, p := range metric.Presets() {
		texts = append(texts, fmt.Sprintln(p.Label.RU, p.About.RU)...)
	}
	known := map[string]bool{"acc": true, "nordwind": true, "nothing": true, "timestamp": true} // ids, and the field of a call
	for _, word := range latin.FindAll(texts, -1) {
		known[strings.ToLower(string(word))] = true
	}
	return known
}
