// Package docs writes the parts of the documentation that the code knows best: the kinds of facts, the metrics, the choices
// in how to count and the settings. `make generate` puts them into the Markdown files beside it and a test holds them up to
// date. The rest of those files is written by hand.
package docs

//go:generate go run ./generate

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/config"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Chapter is a generated part of a file, between the marks <!-- begin NAME --> and <!-- end NAME -->; without a name it is
// the whole file.
type Chapter struct {
	File, Name string
	Write      func() (string, error)
}

// Chapters are all generated parts.
var Chapters = append([]Chapter{
	{File: "facts.md", Name: "kinds", Write: kinds},
	{File: "metrics.md", Name: "metrics", Write: metricIndex},
	{File: "policies.md", Name: "policies", Write: policyChapter},
	{File: "policies.md", Name: "presets", Write: presetChapter},
	{File: "running.md", Name: "settings", Write: settings},
}, families()...)

// Put is the document with the chapter's part written anew.
func (c Chapter) Put(document string) (string, error) {
	if c.Name == "" {
		return c.Write()
	}
	begin, end := "<!-- begin "+c.Name+" -->\n", "<!-- end "+c.Name+" -->"
	before, rest, ok := strings.Cut(document, begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return "", fmt.Errorf("%s lacks the marks %q and %q", c.File, strings.TrimSpace(begin), end)
	}
	text, err := c.Write()
	if err != nil {
		return "", err
	}
	return before + begin + text + end + after, nil
}

func kinds() (string, error) {
	var b strings.Builder
	for _, k := range fact.Kinds() {
		fmt.Fprintf(&b, "\n## %s\n\n%s. %s", k.Name, k.Label.In(i18n.EN), modes[k.Mode](k))
		switch {
		case k.NeedsAccount && k.NeedsUser:
			b.WriteString(" Needs `account_id` and `user_id`.")
		case k.NeedsAccount:
			b.WriteString(" Needs `account_id`.")
		case k.NeedsUser:
			b.WriteString(" Needs `user_id`.")
		}
		b.WriteString("\n\n| column | holds | |\n| --- | --- | --- |\n")
		for _, c := range k.Columns {
			if c.Derived {
				continue
			}
			var notes []string
			if c.Required {
				notes = append(notes, "required")
			}
			if c.Personal {
				notes = append(notes, "personal")
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, holds(c), strings.Join(notes, ", "))
		}
	}
	b.WriteString("\n")
	return b.String(), nil
}

var modes = map[fact.Mode]func(*fact.Kind) string{
	fact.Happening: func(*fact.Kind) string { return "Each row stands for itself." },
	fact.Snapshot: func(k *fact.Kind) string {
		return "Each row is the whole state of its `" + k.Subject + "` from `ts` on."
	},
	fact.Traits: func(k *fact.Kind) string {
		return "Each row changes the columns it gives of its `" + k.Subject + "`, from `ts` on: null erases, absent keeps."
	},
}

func holds(c fact.Column) string {
	limits := ""
	if c.Min != c.Max {
		limits = fmt.Sprintf(", %s to %s", plain(c.Min), plain(c.Max))
	}
	switch c.Type {
	case fact.Key:
		return fmt.Sprintf("id, up to %d bytes", fact.MaxKeyBytes)
	case fact.Choice:
		return "one of `" + strings.Join(c.Choices, "`, `") + "`"
	case fact.Integer:
		return "whole number" + limits
	case fact.Number:
		return "number" + limits
	case fact.Decimal:
		return "exact decimal number" + limits
	case fact.Money:
		return "amount in the major unit (`20.00`), with `currency`"
	case fact.Currency:
		return "ISO 4217 code"
	case fact.Time:
		return "instant"
	case fact.Bool:
		return "`true` or `false`"
	}
	most := c.MaxBytes
	if most == 0 {
		most = 1024
	}
	return fmt.Sprintf("text, up to %d bytes", most)
}

// plain is a limit without an exponent.
func plain(x float64) string {
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func settings() (string, error) {
	var b strings.Builder
	b.WriteString("\n| flag and line in `keepwell.yaml` | environment | default | what it is | example |\n| --- | --- | --- | --- | --- |\n")
	for _, s := range config.Table {
		standard := ""
		if s.Default != "" {
			standard = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | `%s` |\n", s.Name, s.Env(), standard, s.Help, s.Example)
	}
	b.WriteString("\n")
	return b.String(), nil
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
