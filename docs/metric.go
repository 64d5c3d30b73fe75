package docs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// families are the pages of metrics, one for each family of the catalogue.
func families() []Chapter {
	var all []Chapter
	for _, family := range metric.Families {
		all = append(all, Chapter{File: "metrics/" + family + ".md", Write: func() (string, error) { return familyPage(family) }})
	}
	return all
}

func familyName(family string) string { return i18n.T(i18n.EN, "family."+family) }

// of are the built-in metrics of a family.
func of(family string) ([]*metric.Definition, error) {
	catalog, err := metric.Builtin()
	if err != nil {
		return nil, err
	}
	var list []*metric.Definition
	for _, d := range catalog.All() {
		if d.Family == family {
			list = append(list, d)
		}
	}
	return list, nil
}

// metricIndex leads to every metric.
func metricIndex() (string, error) {
	var b strings.Builder
	for _, family := range metric.Families {
		list, err := of(family)
		if err != nil {
			return "", err
		}
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n### [%s](metrics/%s.md)\n\n| metric | | unit | type |\n| --- | --- | --- | --- |\n", familyName(family), family)
		for _, d := range list {
			fmt.Fprintf(&b, "| [`%s`](metrics/%s.md#%s) | %s | %s | %s |\n", d.ID, family, d.ID, english(d.Label), d.Unit, d.Type)
		}
	}
	b.WriteString("\n")
	return b.String(), nil
}

func familyPage(family string) (string, error) {
	list, err := of(family)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\nThis page is written from the definitions (`internal/metric/catalog`). What holds for all metrics is in [metrics](../metrics.md), what a word\nin `policies` means in [policies](../policies.md).\n", familyName(family))
	for _, d := range list {
		writeMetric(&b, d)
	}
	return b.String(), nil
}

func writeMetric(b *strings.Builder, d *metric.Definition) {
	fmt.Fprintf(b, "\n## %s\n\n**%s.** %s\n\n", d.ID, english(d.Label), english(d.About))
	base, first, _ := d.With("")
	line := func(what, text string) {
		if text != "" {
			fmt.Fprintf(b, "- %s: %s\n", what, text)
		}
	}
	line("Formula", "`"+english(base.Formula)+"`")
	line("Unit", string(base.Unit)+"; "+better[base.Better])
	line("Type", typeOf(base))
	line("Counted for each", names(base.Key))
	line("Needs", kindLinks(base.Facts))
	line("Policies", policyLinks(d.PolicyIDs()))
	line("Can be broken down by", names(d.Dimensions)+orTraits(d.Dimensions)+orContacts(d))
	if d.GroupedBy != "" {
		line("Always broken down by", "`"+d.GroupedBy+"`")
	}
	line("Finest grain", string(d.Finest))
	line("Interval", intervals[base.Interval]+within(base))
	line("Bands", bands(base.Bands))
	writeParts(b, "Beside the value", base)
	writeExcluded(b, "Left out", base)
	for i, v := range d.Variants {
		with, _, _ := d.With(v.ID)
		what := "Variant `" + v.ID + "`"
		if i == 0 {
			what += " (default)"
		}
		text := english(v.Label) + ", `" + english(with.Formula) + "`, " + string(with.Unit)
		if with.Better != base.Better {
			text += ", " + better[with.Better]
		}
		if with.Type != base.Type {
			text += ", " + string(with.Type)
		}
		if names(with.Facts) != names(base.Facts) {
			text += ", needs " + kindLinks(with.Facts)
		}
		if i > 0 && bands(with.Bands) != bands(base.Bands) && len(with.Bands) > 0 {
			text += "; " + bands(with.Bands)
		}
		line(what, text)
		if i > 0 && with.Body != base.Body {
			writeParts(b, "  Beside the value of `"+v.ID+"`", with)
			writeExcluded(b, "  Left out of `"+v.ID+"`", with)
		}
	}
	for _, e := range d.Examples {
		variant := ""
		if e.Variant != "" && e.Variant != first.ID {
			variant = " (`" + e.Variant + "`)"
		}
		line("Worked example"+variant, e.Text+" → "+plain(e.Value)+ofGroup(e.Group))
	}
}

// within says where an interval ends though the formula goes on.
func within(d *metric.Definition) string {
	switch {
	case d.Interval == metric.NoInterval || len(d.Range) == 0:
		return ""
	case len(d.Range) == 1:
		return ", not below " + plain(d.Range[0])
	}
	return ", from " + plain(d.Range[0]) + " to " + plain(d.Range[1]) + " at most"
}

func ofGroup(name string) string {
	if name == "" {
		return ""
	}
	return " for `" + name + "`"
}

// typeOf is the type, and what may be done with the points of a series.
func typeOf(d *metric.Definition) string {
	var may []string
	for _, how := range metric.Totals {
		if d.Refuses(how) == "" {
			may = append(may, "`"+string(how)+"`")
		}
	}
	return string(d.Type) + "; points come together as " + strings.Join(may, ", ")
}

var intervals = map[metric.Interval]string{
	metric.WilsonInterval: "95 %, Wilson's, of a share", metric.NPSInterval: "95 %, adjusted Wald, of a difference of shares",
	metric.MeanInterval: "95 %, t, of a mean", metric.RatioInterval: "95 %, t with the delta method, of a ratio of sums",
}

func writeParts(b *strings.Builder, what string, d *metric.Definition) {
	var parts []string
	for _, p := range d.Detail {
		parts = append(parts, fmt.Sprintf("`%s` (%s, %s)", p.Name, lower(english(p.Label)), p.Unit))
	}
	for _, w := range d.Words { // what was observed of one thing is shown where a number is opened
		if w.Unit != "" && !slices.Contains(d.Observe, w.Name) {
			parts = append(parts, fmt.Sprintf("`%s` (%s, %s)", w.Name, lower(english(w.Label)), w.Unit))
		}
	}
	if d.Distribution != "" {
		parts = append(parts, "`distribution` (how often each value of `"+d.Distribution+"` was given)")
	}
	for _, t := range d.Tables {
		parts = append(parts, fmt.Sprintf("the table `%s` (%s)", t.Name, lower(english(t.Label))))
	}
	if d.Beside != nil {
		parts = append(parts, fmt.Sprintf("the table `%s` (%s)", d.Beside.Name, lower(english(d.Beside.Label))))
	}
	if parts != nil {
		writeItem(b, what, strings.Join(parts, ", "))
	}
}

func writeExcluded(b *strings.Builder, what string, d *metric.Definition) {
	var reasons []string
	for _, code := range sorted(d.Excluded) {
		reasons = append(reasons, fmt.Sprintf("`%s` (%s)", code, lower(english(d.Excluded[code]))))
	}
	if reasons != nil {
		writeItem(b, what, strings.Join(reasons, ", "))
	}
}

// writeItem is a line of a list, one level down for what is indented.
func writeItem(b *strings.Builder, what, text string) {
	indent := len(what) - len(strings.TrimLeft(what, " "))
	fmt.Fprintf(b, "%s- %s: %s\n", what[:indent], what[indent:], text)
}

func english(t metric.Text) string { return i18n.Text(t).In(i18n.EN) }

// lower begins a label in small letters, unless it begins with an abbreviation.
func lower(label string) string {
	if len(label) > 1 && label[1] >= 'a' && label[1] <= 'z' {
		return strings.ToLower(label[:1]) + label[1:]
	}
	return label
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

func orContacts(d *metric.Definition) string {
	if d.People {
		return ", `contact.role` and other traits of contacts"
	}
	return ""
}

func kindLinks(kinds []string) string {
	var all []string
	for _, k := range kinds {
		all = append(all, "[`"+k+"`](../facts.md#"+k+")")
	}
	return strings.Join(all, ", ")
}

func policyLinks(ids []string) string {
	var all []string
	for _, id := range ids {
		all = append(all, "[`"+id+"`](../policies.md#"+id+")")
	}
	return strings.Join(all, ", ")
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
	return strings.Join(all, ", ")
}
