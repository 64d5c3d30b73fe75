package docs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/metric"
)

// policyChapter is every choice in how to count.
func policyChapter() (string, error) {
	catalog, err := metric.Builtin()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range metric.Policies() {
		fmt.Fprintf(&b, "\n## %s\n\n**%s.** %s\n\n", p.ID, english(p.Label), english(p.About))
		fmt.Fprintf(&b, "- Value: %s\n", policyValue(p))
		if p.Question {
			b.WriteString("- Stated with a question only, as `set`; the workspace keeps none\n")
		}
		switch {
		case p.Default != "":
			fmt.Fprintf(&b, "- Default: `%s`\n", p.Default)
		case p.Empty != "":
			fmt.Fprintf(&b, "- Default: an empty list, which stands for %s\n", p.Empty)
		}
		var on []string
		for _, d := range catalog.All() {
			if slices.Contains(d.PolicyIDs(), p.ID) {
				on = append(on, fmt.Sprintf("[`%s`](metrics/%s.md#%s)", d.ID, d.Family, d.ID))
			}
		}
		if on != nil {
			fmt.Fprintf(&b, "- Rest on it: %s\n", strings.Join(on, ", "))
		}
	}
	b.WriteString("\n")
	return b.String(), nil
}

func policyValue(p *metric.Policy) string {
	switch p.Kind {
	case metric.IntegerPolicy:
		return fmt.Sprintf("a whole number from %d to %d (%s)", p.Min, p.Max, p.Unit)
	case metric.ChoicePolicy:
		var choices []string
		for _, c := range p.Choices {
			choices = append(choices, fmt.Sprintf("`%s` (%s)", c.ID, lower(english(c.Label))))
		}
		return strings.Join(choices, " or ")
	case metric.SchedulePolicy:
		return "opening hours by weekday, with holidays and a time zone"
	}
	return "names separated by commas, in their order"
}

// presetChapter is every convention that has a name.
func presetChapter() (string, error) {
	var b strings.Builder
	b.WriteString("\n")
	for _, p := range metric.Presets() {
		fmt.Fprintf(&b, "- `%s` (%s): %s", p.ID, english(p.Label), english(p.About))
		values := p.Conventions()
		var set []string
		for _, id := range sorted(values) {
			set = append(set, fmt.Sprintf("[`%s`](#%s) is `%s`", id, id, values[id]))
		}
		if set != nil {
			b.WriteString(" Says: " + strings.Join(set, ", ") + ".")
		}
		if len(p.Sources) > 0 {
			b.WriteString(" Sources: " + strings.Join(p.Sources, "; ") + ".")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	return b.String(), nil
}
