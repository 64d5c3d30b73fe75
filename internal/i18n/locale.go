package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

//go:embed locale/*.json
var files embed.FS

// message is a text with {placeholders}, or one for every plural form; then {n} decides which. A text with several numbers
// counts each by a message of its own: {days:span.days} is what T says of span.days with days for its n.
type message struct {
	text  string
	forms map[Form]string
}

func (m *message) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		return json.Unmarshal(b, &m.forms)
	}
	return json.Unmarshal(b, &m.text)
}

// The files are part of the program: one that can't be read is a mistake at build time, found by any test.
var locales = func() map[Lang]map[string]message {
	all := map[Lang]map[string]message{}
	for _, l := range Langs {
		raw, err := files.ReadFile("locale/" + string(l) + ".json")
		if err != nil {
			panic(err)
		}
		var m map[string]message
		if err := json.Unmarshal(raw, &m); err != nil {
			panic(fmt.Sprintf("locale/%s.json: %v", l, err))
		}
		all[l] = m
	}
	return all
}()

// Has tells whether the locale files hold a key, so that a test can check the keys a template uses.
func Has(key string) bool {
	_, ok := locales[EN][key]
	return ok
}

// T is the text of key in l, its {placeholders} filled from pairs of name and value:
//
//	T(RO, "facts.count", "n", 20) // "20 de fapte"
//
// Whole numbers and floats (up to two decimals) are written as l writes them; anything else as fmt does.
// The argument called n picks the plural form. A key that is not there comes back as "⟨key⟩", to be seen.
// The result is plain text: escape it for HTML.
func T(l Lang, key string, args ...any) string {
	if _, ok := locales[l]; !ok {
		l = EN
	}
	m, ok := locales[l][key]
	if !ok {
		return "⟨" + key + "⟩"
	}
	text := m.text
	if m.forms != nil {
		text = m.forms[formOf(l, args)]
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		name := fmt.Sprint(args[i])
		pairs = append(pairs, "{"+name+"}", write(l, args[i+1]))
		for _, by := range counted(text, name) {
			pairs = append(pairs, "{"+name+":"+by+"}", T(l, by, "n", args[i+1]))
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// counted are the messages by which a text counts an argument.
func counted(text, name string) (by []string) {
	for _, after := range strings.Split(text, "{"+name+":")[1:] {
		key, _, _ := strings.Cut(after, "}")
		by = append(by, key)
	}
	return by
}

func formOf(l Lang, args []any) Form {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != "n" {
			continue
		}
		if n, ok := whole(args[i+1]); ok {
			return Plural(l, n)
		}
		return Fractional(l)
	}
	return Other
}

func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	case int64:
		return n, true
	case uint32:
		return int64(n), true
	case uint64:
		return int64(min(n, math.MaxInt64)), true
	case float64:
		return int64(n), n == math.Trunc(n) && math.Abs(n) < 1<<53
	}
	return 0, false
}

func write(l Lang, v any) string {
	if n, ok := whole(v); ok {
		return Integer(l, n)
	}
	if f, ok := v.(float64); ok {
		return Number(l, f, decimals(f))
	}
	return fmt.Sprint(v)
}

// decimals is how many of at most two decimals f needs.
func decimals(f float64) int {
	cents := math.Round(f * 100)
	switch {
	case math.Mod(cents, 100) == 0:
		return 0
	case math.Mod(cents, 10) == 0:
		return 1
	}
	return 2
}
