package health

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"math"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/keepwell/keepwell/internal/fault"
)

//go:embed template/*.yaml
var templateFiles embed.FS

var templates = mustLoadTemplates()

// Templates are the scorecards that come with Keepwell, by their ids: to be taken over as they are, or as a beginning.
func Templates() []Scorecard { return templates }

// Template is the one with an id.
func Template(id string) (Scorecard, bool) {
	for _, s := range templates {
		if s.ID == id {
			return s, true
		}
	}
	return Scorecard{}, false
}

// Parse reads a scorecard from YAML, which JSON is too. A field that there is not is an error that names it.
func Parse(raw []byte) (Scorecard, error) {
	var s Scorecard
	if len(raw) > 1<<20 {
		return s, fault.New(fault.Invalid, "a scorecard of more than a megabyte is not read")
	}
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		return s, fault.New(fault.Invalid, "the scorecard can't be read").Field("definition", "%s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var node yaml.Node
	if err := yaml.Unmarshal(raw, &node); err != nil {
		return s, fault.New(fault.Invalid, "the scorecard can't be read").Field("definition", "%s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if n := endless(&node); n != nil {
		return s, fault.New(fault.Invalid, "the scorecard can't be read").Field("definition", "line %d: %s is no number that a score could be made of", n.Line, n.Value)
	}
	return s, nil
}

// endless finds a number that is not finite, such as .nan and .inf.
func endless(n *yaml.Node) *yaml.Node {
	if x := 0.0; n.Kind == yaml.ScalarNode && n.ShortTag() == "!!float" && n.Decode(&x) == nil && (math.IsNaN(x) || math.IsInf(x, 0)) {
		return n
	}
	for _, part := range n.Content {
		if found := endless(part); found != nil {
			return found
		}
	}
	return nil
}

// Text is a scorecard as YAML, which Parse reads back.
func (s *Scorecard) Text() ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(s); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// mustLoadTemplates reads those that come with the program; one that can't be read is a mistake in the program.
func mustLoadTemplates() []Scorecard {
	names, err := fs.Glob(templateFiles, "template/*.yaml")
	if err != nil {
		panic(err)
	}
	var all []Scorecard
	for _, name := range names {
		raw, err := templateFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		s, err := Parse(raw)
		if err != nil || s.ID+".yaml" != path.Base(name) {
			panic(fmt.Sprintf("health: %s: not its own id, or unreadable: %v", name, err))
		}
		all = append(all, s)
	}
	return all
}
