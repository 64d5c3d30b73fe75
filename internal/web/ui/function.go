package ui

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// functions are what templates may call, bound to one language. They write; they do not compute.
func (p *Pages) functions(lang i18n.Lang) template.FuncMap {
	return template.FuncMap{
		"t":         func(key string, args ...any) string { return i18n.T(lang, key, args...) },
		"named":     func(group, id string) string { return Named(lang, group, id) },
		"retold":    func(text string) template.HTML { return retold(lang, text) },
		"kind":      func(name string) string { return KindLabel(lang, name) },
		"number":    func(n any) (string, error) { return number(lang, n) },
		"ago":       func(t time.Time) string { return i18n.RelativeTime(lang, t, p.Now()) },
		"date":      func(t time.Time) string { return i18n.Date(lang, t.In(p.Zone)) },
		"moment":    func(t time.Time) string { return i18n.DateTime(lang, t.In(p.Zone)) },
		"clock":     func(t time.Time) string { return t.In(p.Zone).Format(time.TimeOnly) },
		"stamp":     func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"minute":    func(t time.Time) string { return t.In(p.Zone).Format("15:04") },
		"excerpt":   func(text string) string { return cut(text, 600) },
		"bytes":     func(n int64) string { return size(lang, n) },
		"span":      func(d time.Duration) string { return Span(lang, d) },
		"who":       func(s *team.Session) string { return whoName(lang, s) },
		"short":     short,
		"dimension": func(id string) string { return Dimension(lang, id) },
		"icon":      icon,
		"asset":     Asset,
		"themes":    func() []string { return Themes },
		"nav":       Navigation,
		"dict":      dict,
		"account":   AccountPath,
		"contact":   ContactPath,
		"initials":  initials,
		"money":     func(m account.Money) string { return Money(lang, m) },
		"percent":   func(share float64) string { return i18n.Percent(lang, share, 0) },
		"figure":    func(x float64) string { return Figure(lang, x) },
		"choice":    func(id string) string { return Named(lang, "choice", id) },
		"marked":    marked,
		"sender":    p.Sender,
		"capital":   capital,
		"bandclass": BandClass,
		"renewed":   renewed,
	}
}

// renewed are the attributes of a part that is asked for again, from path, when there is news of what data-live names: at
// most every five seconds, and put in place without touching what stays the same.
func renewed(path string) template.HTMLAttr {
	return template.HTMLAttr(`data-pause="5" hx-get="` + template.HTMLEscapeString(path) + `" hx-trigger="live" hx-swap="outerMorph"`)
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

// KindLabel is the label of a kind of fact or call; what is neither is shown as it is.
func KindLabel(lang i18n.Lang, name string) string {
	if k, ok := fact.KindNamed(name); ok {
		return k.Label.In(lang)
	}
	if key := "call." + name; i18n.Has(key) {
		return i18n.T(lang, key)
	}
	return name
}

// retold is a refusal that was kept in English in the reader's language, marked as English where it has no words for it.
func retold(lang i18n.Lang, text string) template.HTML {
	said, known := i18n.Retold(lang, text)
	if said = template.HTMLEscapeString(cut(said, 400)); !known {
		said = `<span lang="en">` + said + `</span>`
	}
	return template.HTML(said)
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
func short(text string) string { return cut(text, longest) }

// cut is the beginning of a text, at most so many characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}

// initials are one or two letters for a name.
func initials(name string) string {
	var letters []rune
	for _, word := range strings.Fields(name) {
		if r, _ := utf8.DecodeRuneInString(word); unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters = append(letters, unicode.ToUpper(r))
		}
	}
	switch n := len(letters); {
	case n == 0:
		return "–"
	case n == 1:
		return string(letters)
	default:
		return string([]rune{letters[0], letters[n-1]})
	}
}

// Money writes an amount, without the minor unit where nobody would read it.
func Money(lang i18n.Lang, m account.Money) string {
	if amount := m.Major(); math.Abs(amount) >= 100 || amount == math.Trunc(amount) {
		return i18n.WholeMoney(lang, amount, m.Currency)
	}
	return i18n.Money(lang, m.Major(), m.Currency)
}

// Figure is a number with as many decimals as it needs.
func Figure(lang i18n.Lang, x float64) string { return i18n.Number(lang, x, decimals(x)) }

// BandClass is the colour of a band of health.
func BandClass(band any) string {
	switch fmt.Sprint(band) {
	case "good":
		return "good"
	case "average":
		return "fair"
	case "poor":
		return "poor"
	}
	return ""
}

// Piece is a part of a note: plain, or a name called with an @.
type Piece struct {
	Text    string
	Mention bool
}

// capital writes what stands alone with a capital letter.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// decimals is how many a score needs: none, or one.
func decimals(x float64) int {
	if x == math.Trunc(x) {
		return 0
	}
	return 1
}

// marked takes a note apart at the names it mentions.
func marked(text string) []Piece {
	var all []Piece
	rest := text
	for _, name := range account.Mentions(text) {
		before, after, found := strings.Cut(rest, "@"+name)
		if !found {
			continue
		}
		all = append(all, Piece{Text: before}, Piece{Text: "@" + name, Mention: true})
		rest = after
	}
	return append(all, Piece{Text: rest})
}

func icon(name string) (template.HTML, error) {
	svg, err := icons.ReadFile("icon/" + name + ".svg")
	if err != nil {
		return "", fmt.Errorf("no icon %q", name)
	}
	return template.HTML(strings.TrimSpace(string(svg))), nil // a file of ours
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

// size writes how many bytes something has.
func size(lang i18n.Lang, n int64) string {
	if n < 1<<20 {
		return i18n.T(lang, "size.kb", "n", i18n.Integer(lang, (n+1023)/1024))
	}
	return i18n.T(lang, "size.mb", "n", i18n.Number(lang, float64(n)/(1<<20), 1))
}

// Age writes how long something has lasted, in years and months, or in days.
func Age(lang i18n.Lang, from, to time.Time) string {
	months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	if to.Day() < from.Day() {
		months--
	}
	switch years := months / 12; {
	case months < 2:
		return i18n.T(lang, "span.days", "n", int64(max(0, to.Sub(from).Hours()/24)))
	case years == 0:
		return i18n.T(lang, "span.months", "n", months)
	case months%12 == 0:
		return i18n.T(lang, "span.years", "n", years)
	default:
		return i18n.T(lang, "span.years", "n", years) + " " + i18n.T(lang, "span.months", "n", months%12)
	}
}
