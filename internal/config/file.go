package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
	"go.yaml.in/yaml/v3"
)

// readFile reads the lines of a settings file: one mapping of names to plain values; a list may be
// written as one.
func readFile(path string, raw []byte) (map[string]given, []fault.Field) {
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return nil, []fault.Field{{Name: path, Reason: "is not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return nil, nil // empty, or comments alone
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, []fault.Field{{Name: path, Reason: "is not a list of settings; for example listen: 0.0.0.0:8710"}}
	}
	lines := map[string]given{}
	var bad []fault.Field
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		origin := fmt.Sprintf("%s line %d", path, key.Line)
		setting, known := lookup(key.Value)
		text, plain := scalar(value, setting.Kind)
		_, twice := lines[key.Value]
		switch {
		case !known:
			reason := "is not a setting (" + origin + ")"
			if near := nearest(key.Value); near != "" {
				reason += "; did you mean " + near + "?"
			}
			bad = append(bad, fault.Field{Name: key.Value, Reason: reason})
		case twice:
			bad = append(bad, fault.Field{Name: key.Value, Reason: "is set a second time (" + origin + ")"})
		case !plain:
			bad = append(bad, fault.Field{Name: key.Value, Reason: "is not one plain value (" + origin + "); for example " + setting.Example})
		default:
			lines[key.Value] = given{text, origin}
		}
	}
	return lines, bad
}

func scalar(n *yaml.Node, kind Kind) (string, bool) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return "", true
	case n.Kind == yaml.ScalarNode:
		return n.Value, true
	case n.Kind == yaml.SequenceNode && kind == List:
		var parts []string
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode {
				return "", false
			}
			parts = append(parts, item.Value)
		}
		return strings.Join(parts, ", "), true
	}
	return "", false
}

// nearMisses are variables that look like a setting's but are not. Others are left alone: KEEPWELL_PORT
// and the like are set by Kubernetes beside a service called keepwell.
func nearMisses(vars map[string]string) []string {
	var warnings []string
	for name := range vars {
		key := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "KEEPWELL_"), "_", "-"))
		if _, known := lookup(key); known || key == "config" {
			continue
		}
		if near := nearest(key); near != "" {
			s, _ := lookup(near)
			warnings = append(warnings, "environment variable "+name+" is not a setting; did you mean "+s.Env()+"?")
		}
	}
	slices.Sort(warnings)
	return warnings
}

// nearest is the setting whose name is within two typing mistakes of name, or "".
func nearest(name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "_", "-"))
	best, at := "", min(3, (len(name)+1)/2)
	for _, s := range Table {
		if d := distance(name, s.Name); d < at {
			best, at = s.Name, d
		}
	}
	return best
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(row[j]+1, row[j+1]+1, change)
		}
	}
	return row[len(b)]
}
