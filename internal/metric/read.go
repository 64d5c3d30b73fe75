package metric

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/keepwell/keepwell/internal/fault"
)

var section = regexp.MustCompile(`(?m)^-- (fast|groups|running|summed|variant ([a-z0-9_]+))\n`)

// Parse reads one definition: a comment with the header in YAML, the body, after lines "-- fast", "-- groups", "-- running"
// or "-- summed" its short cuts, and after lines "-- variant ID" the bodies of variants that count other rows.
func Parse(file string, raw []byte) (*Definition, error) {
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	head, body, ok := strings.Cut(strings.TrimPrefix(string(raw), "/*\n"), "\n*/\n")
	if !ok || !bytes.HasPrefix(raw, []byte("/*\n")) {
		return nil, fault.Said("%s: line 1: must start with a header between /* and */ on lines of their own", file)
	}
	d := &Definition{Scale: 1, N: "count(*)", Interval: NoInterval, File: file, Source: string(raw)}
	decoder := yaml.NewDecoder(strings.NewReader("\n" + head)) // the newline makes its line numbers those of the file
	decoder.KnownFields(true)
	if err := decoder.Decode(d); err != nil {
		return nil, fault.Said("%s: %s", file, err)
	}
	cuts := append(section.FindAllStringSubmatchIndex(body, -1), []int{len(body), 0, 0, 0, 0, 0})
	d.Body = strings.TrimSpace(body[:cuts[0][0]])
	line := func(at int) int { // of the first line with text at or after this place in the body
		at += len(body[at:]) - len(strings.TrimLeft(body[at:], " \t\n"))
		return 1 + strings.Count(string(raw[:len(raw)-len(body)+at]), "\n")
	}
	d.bodies, d.lines = map[string]string{}, map[string]int{"": line(0)}
	for n, cut := range cuts[:len(cuts)-1] {
		sql := strings.TrimSpace(body[cut[1]:cuts[n+1][0]])
		switch body[cut[2]:cut[3]] {
		case "fast":
			d.Fast = sql
		case "groups":
			d.Groups = sql
		case "running":
			d.Running = sql
		case "summed":
			if d.Summed == nil {
				d.Summed = &Summed{}
			}
			d.Summed.body = sql
		default:
			variant := body[cut[4]:cut[5]]
			d.bodies[variant], d.lines[variant] = sql, line(cut[1])
		}
	}
	if err := d.check(); err != nil {
		return nil, fault.Said("%s: %s", file, err)
	}
	return d, nil
}

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (d *Definition) check() error {
	if !plainName.MatchString(d.ID) || d.ID+".sql" != d.File {
		return fault.Said("id %q must be lower case and the file's name", d.ID)
	}
	if _, ok := familyOrder[d.Family]; !ok {
		return fault.Said("family %q is none of %s", d.Family, strings.Join(Families, ", "))
	}
	if d.Label.EN == "" || d.About.EN == "" || d.Formula.EN == "" || d.Body == "" {
		return fault.Said("label, about, formula and a body are needed")
	}
	if d.Better != "higher" && d.Better != "lower" && d.Better != "neither" {
		return fault.Said("better %q is none of higher, lower, neither", d.Better)
	}
	switch d.Type {
	case Balance, Activity, Ratio, Distribution:
	default:
		return fault.Said("type %q is none of balance, activity, ratio, distribution", d.Type)
	}
	if d.Adds && d.Type != Activity {
		return fault.Said("adds is for activities; the points of a %s do not add up", d.Type)
	}
	if !slices.Contains(units, d.Unit) {
		return fault.Said("unit %q is none of %v", d.Unit, units)
	}
	for _, part := range d.Detail {
		if !plainName.MatchString(part.Name) || !slices.Contains(units, part.Unit) || part.SQL == "" {
			return fault.Said("part %q needs a lower case name, a unit that is known, and sql", part.Name)
		}
	}
	for _, table := range d.Tables {
		if !plainName.MatchString(table.Name) || !strings.Contains(table.SQL, "{rows}") {
			return fault.Said("table %q needs a lower case name and sql over {rows}", table.Name)
		}
	}
	words := slices.Clone(d.Words)
	for _, v := range d.Variants {
		words = append(words, v.Words...)
	}
	for _, w := range words {
		if !plainName.MatchString(w.Name) || w.Label.EN == "" || (w.Unit != "" && !slices.Contains(units, w.Unit)) {
			return fault.Said("word %q needs a lower case name, a label, and a unit that is known or none", w.Name)
		}
	}
	for _, e := range d.Examples {
		if _, _, ok := d.With(e.Variant); e.Text == "" || len(e.Facts) == 0 || !ok {
			return fault.Said("an example needs a text, facts, and a variant of the metric or none")
		}
	}
	if d.Finest != NoGrain && !slices.Contains(Grains, d.Finest) {
		return fault.Said("finest %q is none of hour, day, week, month, quarter, year", d.Finest)
	}
	if !d.Interval.known() {
		return fault.Said("interval %q is none of none, wilson, nps, mean, ratio", d.Interval)
	}
	if len(d.Range) > 2 || len(d.Range) == 2 && d.Range[0] >= d.Range[1] {
		return fault.Said("range needs the least that the value can be, and the most where there is one, such as [0] or [0, 100]")
	}
	seen := map[string]bool{}
	for _, v := range d.Variants {
		if !plainName.MatchString(v.ID) || v.Label.EN == "" || seen[v.ID] || (v.Interval != "" && !v.Interval.known()) {
			return fault.Said("variant %q needs a lower case id of its own, a label, and an interval that is known", v.ID)
		}
		seen[v.ID] = true
	}
	for _, name := range slices.Concat(d.Dimensions, d.Key, d.Observe, sortedKeys(d.Excluded), []string{d.Distribution, d.GroupedBy}) {
		if name != "" && !plainName.MatchString(name) {
			return fault.Said("%q must be a plain lower case name", name)
		}
	}
	if d.PersonFor != "" && (d.PersonFor != "breakdown" || strings.Contains(d.Numerator+d.Denominator+d.N+d.Sample+strings.Join(d.Key, " "), "person")) {
		return fault.Said("person_for is breakdown, where no figure looks at the person, or left out")
	}
	if d.Estimator != "" && estimators[d.Estimator] == nil {
		return fault.Said("estimator %q is unknown", d.Estimator)
	}
	if d.Numerator == "" && d.Estimator == "" {
		return fault.Said("numerator is missing")
	}
	if d.Beside != nil {
		for _, id := range d.Beside.Variants {
			if !seen[id] || !plainName.MatchString(d.Beside.Name) {
				return fault.Said("beside needs a lower case name and variants of the header; %q is none", id)
			}
		}
	}
	for id := range d.bodies {
		if !seen[id] {
			return fault.Said("there is a body for the variant %q, which is not in the header", id)
		}
	}
	if d.Summed != nil && d.Summed.body == "" {
		return fault.Said("summed needs a body, after a line \"-- summed\"")
	}
	d.settle()
	return nil
}

// settle fills what follows from the rest.
func (d *Definition) settle() {
	if d.NumeratorUnit == "" {
		d.NumeratorUnit = Count
		if d.Unit == Money {
			d.NumeratorUnit = Money
		}
	}
	if d.DenominatorUnit == "" {
		d.DenominatorUnit = Count
	}
}

// hasMoney says that answering needs a currency to show amounts in.
func (d *Definition) hasMoney() bool {
	for _, part := range d.Detail {
		if part.Unit == Money {
			return true
		}
	}
	for _, table := range d.Tables {
		for _, unit := range table.Units {
			if unit == Money {
				return true
			}
		}
	}
	return d.Unit == Money || d.NumeratorUnit == Money || d.DenominatorUnit == Money
}
