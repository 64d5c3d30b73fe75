// Package docs writes the chapters of the documentation that the code knows best: the kinds of facts, the metrics and the
// settings. `make generate` puts them into the Markdown files beside it and a test holds them up to date. The rest of
// those files is written by hand.
package docs

//go:generate go run ./generate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/config"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// Chapter is a generated part of a file, between the marks <!-- begin NAME --> and <!-- end NAME -->.
type Chapter struct {
	File, Name string
	Write      func() (string, error)
}

// Chapters are all generated parts.
var Chapters = []Chapter{
	{File: "facts.md", Name: "kinds", Write: kinds},
	{File: "metrics.md", Name: "metrics", Write: metrics},
	{File: "running.md", Name: "settings", Write: settings},
}

// Put is the document with the chapter's part written anew.
func (c Chapter) Put(document string) (string, error) {
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

func metrics() (string, error) {
	catalog, err := metric.Builtin()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, d := range catalog.All() {
		fmt.Fprintf(&b, "\n## %s\n\n**%s.** %s\n\n", d.ID, i18n.Text(d.Label).In(i18n.EN), i18n.Text(d.About).In(i18n.EN))
		line := func(what, text string) {
			if text != "" {
				fmt.Fprintf(&b, "- %s: %s\n", what, text)
			}
		}
		line("Formula", "`"+d.Formula.EN+"`")
		line("Unit", string(d.Unit)+"; "+better[d.Better])
		line("Computed from", names(d.Facts))
		line("Can be broken down by", names(d.Dimensions)+orTraits(d.Dimensions))
		if d.GroupedBy != "" {
			line("Always broken down by", "`"+d.GroupedBy+"`")
		}
		if d.Finest != "" {
			line("Finest grain", string(d.Finest))
		}
		for i, v := range d.Variants {
			with, _, _ := d.With(v.ID)
			what := "Variant `" + v.ID + "`"
			if i == 0 {
				what += " (default)"
			}
			line(what, i18n.Text(v.Label).In(i18n.EN)+", `"+with.Formula.EN+"`, "+string(with.Unit)+bands(v.Bands))
		}
		line("Bands", strings.TrimPrefix(bands(d.Bands), "; "))
	}
	b.WriteString("\n")
	return b.String(), nil
}

var better = map[string]string{"higher": "higher is better", "lower": "lower is better", "neither": "neither direction is better"}

func names(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "`" + strings.Join(list, "`, `") + "`"
}

func orTraits(dimensions []string) string {
	if len(dimensions) == 0 {
		return "any account trait"
	}
	return ", any account trait"
}

func bands(list []metric.Band) string {
	var all []string
	for _, b := range list {
		span := ""
		switch {
		case b.From != nil && b.To != nil:
			span = plain(*b.From) + " to " + plain(*b.To)
		case b.From != nil:
			span = "from " + plain(*b.From)
		case b.To != nil:
			span = "below " + plain(*b.To)
		}
		all = append(all, b.Label+" "+span+" ("+b.Source+")")
	}
	if all == nil {
		return ""
	}
	return "; " + strings.Join(all, ", ")
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
