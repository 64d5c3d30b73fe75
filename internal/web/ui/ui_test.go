package ui

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestAssetsAreKeptForGoodUnderANameOfTheirContent(t *testing.T) {
	for _, name := range []string{"keepwell.css", "js/htmx.min.js", "js/keepwell.js", "font/inter-latin.woff2", "favicon.svg"} {
		address := Asset(name)
		r := httptest.NewRequest("GET", address, nil)
		r.Header.Set("Accept-Encoding", "gzip, br")
		w := httptest.NewRecorder()
		if err := ServeAsset(w, r); err != nil || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s: %v %v", name, err, w.Header())
		}
		var body io.Reader = w.Body
		if zipped := w.Header().Get("Content-Encoding") == "gzip"; zipped != !strings.HasSuffix(name, ".woff2") {
			t.Errorf("%s: gzip %v", name, zipped)
		} else if zipped {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != string(assets[address].body) {
			t.Errorf("%s: other content, %v", name, err)
		}
	}
	if err := ServeAsset(httptest.NewRecorder(), httptest.NewRequest("GET", "/assets/keepwell.000000000000.css", nil)); err == nil {
		t.Error("an asset of another version was found")
	}
	if style := string(assets[Asset("keepwell.css")].body); strings.Contains(style, "url(font/") || !strings.Contains(style, "url("+Asset("font/inter-cyrillic.woff2")+")") {
		t.Error("the stylesheet does not name the fonts by their hash")
	}
}

// luminance and contrast are those of WCAG 2.
func luminance(hex string) float64 {
	var r, g, b uint8
	fmt.Sscanf(hex, "#%02x%02x%02x", &r, &g, &b)
	linear := func(c uint8) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func TestTextStandsOutInLightAndDark(t *testing.T) {
	colours := map[string][]string{}
	for _, m := range regexp.MustCompile(`--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)`).FindAllStringSubmatch(string(mustRead("css/token.css")), -1) {
		colours[m[1]] = m[2:]
	}
	for _, pair := range []string{"ink card", "ink ground", "ink plain-soft", "ink-2 card", "ink-2 ground", "ink-2 plain-soft", "ink-3 card", "ink-3 ground", "accent card",
		"accent ground", "accent accent-soft", "accent-ink accent", "good good-soft", "fair fair-soft", "fair card", "poor poor-soft", "ground ink"} {
		front, back, _ := strings.Cut(pair, " ")
		if len(colours[front]) != 2 || len(colours[back]) != 2 {
			t.Fatalf("no colours for %s", pair)
		}
		for i, scheme := range []string{"light", "dark"} {
			a, b := luminance(colours[front][i]), luminance(colours[back][i])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s in %s: %.2f", pair, scheme, ratio)
			}
		}
	}
}

func TestChartsKeepWithinTheirFrame(t *testing.T) {
	at := func(v float64) *float64 { return &v }
	write := func(v float64, decimals int) string { return fmt.Sprintf("%.*f", decimals, v) }
	for name, samples := range map[string][]Sample{
		"gap":      {{Value: at(1)}, {Value: at(3)}, {}, {Value: at(2)}, {Value: at(5), Low: at(4), High: at(9)}},
		"one":      {{Value: at(7)}},
		"zeros":    {{Value: at(0)}, {Value: at(0)}},
		"negative": {{Value: at(-40), Low: at(-60), High: at(-20)}, {Value: at(-10), Low: at(-30), High: at(5)}},
		"huge":     {{Value: at(1e12)}, {Value: at(3e12)}},
		"far":      {{Value: at(1000.001)}, {Value: at(1000.002)}},
		"tiny":     {{Value: at(0.0001)}, {Value: at(0.0003)}},
		"compared": {{Value: at(1), Before: at(70), Target: at(90)}, {Value: at(3), Before: at(-40), Target: at(90)}},
	} {
		chart := NewChart(name, samples, write, "goal", Mark{At: 2, Label: "two"})
		for _, p := range []Plot{chart.Broad, chart.Narrow} {
			if len(p.Y) < 2 || len(p.Y) > 12 {
				t.Errorf("%s: %d marks", name, len(p.Y))
			}
			seen := map[string]bool{}
			for _, y := range p.Y {
				if seen[y.Label] || y.At < 0 || y.At > p.Base {
					t.Errorf("%s: mark %q at %v", name, y.Label, y.At)
				}
				seen[y.Label] = true
			}
			for _, m := range p.Marks {
				if m.At < 0 || m.At > p.Base {
					t.Errorf("%s: the mark %s at %v", name, m.Label, m.At)
				}
			}
			if name == "compared" && (len(p.Earlier) != 1 || len(p.Goal) != 1 || p.GoalLabel == nil || p.GoalLabel.At < 0) {
				t.Errorf("%s: %v %v %+v", name, p.Earlier, p.Goal, p.GoalLabel)
			}
			for _, d := range p.Dots {
				if math.IsNaN(d.Y) || d.Y < 0 || d.Y > p.Base || d.X < p.Left || d.X > p.Right {
					t.Errorf("%s: a point at %v, %v", name, d.X, d.Y)
				}
			}
		}
	}
	if len(NewChart("", []Sample{{Value: at(1)}, {Value: at(2)}, {}, {Value: at(3)}, {Value: at(4)}}, write, "").Broad.Lines) != 2 {
		t.Error("a gap was drawn over")
	}
	if begun := NewChart("", []Sample{{Value: at(1)}, {Value: at(2), Target: at(3)}}, write, "goal").Broad; len(begun.Goal) != 1 || begun.GoalLabel == nil {
		t.Error("a target that has only begun is not drawn")
	}
	if NewChart("", []Sample{{}, {}}, write, "") != nil {
		t.Error("a chart of nothing")
	}
}

func TestWaterfallsEndWhereTheChangeEnds(t *testing.T) {
	falls := NewWaterfall([]float64{5, -8, 3}, -2, 4)
	if len(falls) != 3 {
		t.Fatal(falls)
	}
	for i, f := range falls {
		if f.X < 0 || f.X+f.Width > WaterfallWidth+0.01 || f.Width < 1 {
			t.Errorf("step %d lies at %v, %v wide", i, f.X, f.Width)
		}
	}
	if math.Abs(falls[0].X+falls[0].Width-falls[1].X-falls[1].Width) > 0.2 || math.Abs(falls[1].X-falls[2].X) > 0.2 {
		t.Errorf("steps do not begin where the one before ended: %+v", falls)
	}
	if falls[0].Down || !falls[1].Down || falls[2].Down {
		t.Errorf("directions %+v", falls)
	}
	if NewWaterfall(nil) != nil {
		t.Error("a waterfall of nothing")
	}
}
