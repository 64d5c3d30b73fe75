package journey

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Template is a journey to begin with.
type Template struct {
	ID      string  `json:"id" yaml:"id"`
	Place   int     `json:"-" yaml:"place"`
	About   Words   `json:"about" yaml:"about" doc:"Whom it suits"`
	Journey Journey `json:"journey" yaml:"journey"`
}

//go:embed template/*.yaml
var templateFiles embed.FS

// Templates are all templates in their order, each time made anew. A mistake in a file is a mistake in the program; a test reads them.
func Templates() []Template {
	names, err := fs.Glob(templateFiles, "template/*.yaml")
	if err != nil {
		panic(err)
	}
	var all []Template
	for _, name := range names {
		raw, err := templateFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		var t Template
		decoder := yaml.NewDecoder(strings.NewReader(string(raw)))
		decoder.KnownFields(true)
		if err := decoder.Decode(&t); err != nil {
			panic(fmt.Sprintf("journey: %s: %v", name, err))
		}
		if t.ID+".yaml" != path.Base(name) {
			panic(fmt.Sprintf("journey: %s: needs its file's name as id", name))
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b Template) int { return a.Place - b.Place })
	return all
}

// TemplateNamed is the template with an id.
func TemplateNamed(id string) (Template, bool) {
	all := Templates()
	i := slices.IndexFunc(all, func(t Template) bool { return t.ID == id })
	if i < 0 {
		return Template{}, false
	}
	return all[i], true
}
