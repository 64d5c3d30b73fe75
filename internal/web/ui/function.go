package ui

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// functions are what templates may call, bound to one language. They write; they do not compute.
func (p *Pages) functions(lang i18n.Lang) template.FuncMap {
	return template.FuncMap{
		"t":         func(key string, args ...any) string { return i18n.T(lang, key, args...) },
		"named":     func(group, id string) string { return Named(lang, group, id) },
		"kind":      func(name string) string { return KindLabel(lang, name) },
		"number":    func(n any) (string, error) { return number(lang, n) },
		"ago":       func(t time.Time) string { return i18n.RelativeTime(lang, t, p.Now()) },
		"date":      func(t time.Time) string { return i18n.Date(lang, t.In(p.Zone)) },
		"moment":    func(t time.Time) string { return i18n.DateTime(lang, t.In(p.Zone)) },
		"clock":     func(t time.Time) string { return t.In(p.Zone).Format(time.TimeOnly) },
		"stamp":     func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"span":      func(d time.Duration) string { return Span(lang, d) },
		"who":       func(s *team.Session) string { return whoName(lang, s) },
		"short":     short,
		"dimension": func(id string) string { return Dimension(lang, id) },
		"icon":      icon,
		"asset":     Asset,
		"themes":    func() []string { return Themes },
		"nav":       nav,
		"dict":      dict,
	}
}

// Named is the label of an id of some closed or open group ("band", "good"), or the id itself in plain words where the
// languages have none for it.
func Named(lang i18n.Lang, group, id string) string {
	if key := group + "." + id; i18n.Has(key) {
		return i18n.T(lang, key)
	}
	return strings.ReplaceAll(id, "_", " ")
}

// Dimension names a dimension; a trait of the sender's own has its own name.
func Dimension(lang i18n.Lang, id string) string {
	for _, prefix := range []string{"contact.trait.", "trait."} {
		if rest, own := strings.CutPrefix(id, prefix); own {
			return rest
		}
	}
	return Named(lang, "dimension", id)
}

// KindLabel is the label of a kind of fact; what is no kind is shown as it is.
func KindLabel(lang i18n.Lang, name string) string {
	if k, ok := fact.KindNamed(name); ok {
		return k.Label.In(lang)
	}
	return name
}

// Span writes a length of time in the one unit that fits: "0.4 s", "12 min", "3 days".
func Span(lang i18n.Lang, d time.Duration) string {
	switch d = max(d, 0); {
	case d < 10*time.Second:
		return i18n.T(lang, "span.seconds", "n", float64(d.Round(100*time.Millisecond).Milliseconds())/1000)
	case d < 2*time.Minute:
		return i18n.T(lang, "span.seconds", "n", int64(d/time.Second))
	case d < 2*time.Hour:
		return i18n.T(lang, "span.minutes", "n", int64(d/time.Minute))
	case d < 48*time.Hour:
		return i18n.T(lang, "span.hours", "n", int64(d/time.Hour))
	}
	return i18n.T(lang, "span.days", "n", int64(d/(24*time.Hour)))
}

func whoName(lang i18n.Lang, s *team.Session) string {
	if s.Name == "" {
		return i18n.T(lang, "layout.setup_session")
	}
	return s.Name
}

// longest is how many characters of a text from outside a list shows.
const longest = 160

// short cuts a text from outside to what a list has room for.
func short(text string) string {
	if len(text) <= longest {
		return text
	}
	if letters := []rune(text); len(letters) > longest {
		return string(letters[:longest-1]) + "…"
	}
	return text
}

func icon(name string) (template.HTML, error) {
	svg, err := icons.ReadFile("icon/" + name + ".svg")
	if err != nil {
		return "", fmt.Errorf("no icon %q", name)
	}
	return template.HTML(strings.TrimSpace(string(svg))), nil // a file of ours
}

type navItem struct {
	Href, Icon, Label string
	Need              team.Action // the right without which it is not shown
	Current           bool
}

func nav(path string) []navItem {
	items := []navItem{
		{Href: "/", Icon: "home", Label: "nav.home", Need: team.Read},
		{Href: "/metrics", Icon: "metrics", Label: "nav.metrics", Need: team.Read},
		{Href: "/feeds", Icon: "feeds", Label: "nav.feeds", Need: team.Watch},
		{Href: "/quarantine", Icon: "quarantine", Label: "nav.quarantine", Need: team.Watch},
		{Href: "/start", Icon: "send", Label: "nav.start", Need: team.Read},
	}
	path, _, _ = strings.Cut(path, "?")
	for i, item := range items {
		items[i].Current = path == item.Href || item.Href != "/" && strings.HasPrefix(path, item.Href+"/")
	}
	return items
}

// dict is data for a block that is also shown on its own: the block finds in it what it finds in a Frame.
func dict(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

func number(lang i18n.Lang, n any) (string, error) {
	switch n := n.(type) {
	case int:
		return i18n.Integer(lang, int64(n)), nil
	case int64:
		return i18n.Integer(lang, n), nil
	}
	return "", fmt.Errorf("%T is no whole number", n)
}
