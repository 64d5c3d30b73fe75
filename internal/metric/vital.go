package metric

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Vital is a vital sign: a figure of one account at an instant that is no metric of a company, such as the days until it
// renews. One file each in vital/: a header like a metric's, and SQL that gives (i, account, value) at the end of each point.
type Vital struct {
	ID     string   `yaml:"id"`
	Label  Text     `yaml:"label"`
	About  Text     `yaml:"about"`
	Unit   Unit     `yaml:"unit"`
	Better string   `yaml:"better"`
	Facts  []string `yaml:"facts"`
	Body   string   `yaml:"-"`
}

//go:embed vital/*.sql
var vitalFiles embed.FS

var vitals, vitalIDs = mustLoadVitals()

// Vitals are all vital signs by their ids.
func Vitals() []*Vital {
	all := make([]*Vital, len(vitalIDs))
	for i, id := range vitalIDs {
		all[i] = vitals[id]
	}
	return all
}

// Says is its name in a language.
func (v *Vital) Says(lang i18n.Lang) string { return i18n.Text(v.Label).In(lang) }

// mustLoadVitals reads the files that come with the program; one that can't be read is a mistake in the program.
func mustLoadVitals() (map[string]*Vital, []string) {
	all := map[string]*Vital{}
	names, err := fs.Glob(vitalFiles, "vital/*.sql")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		raw, err := vitalFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		header, body, ok := strings.Cut(strings.TrimPrefix(string(raw), "/*"), "*/")
		v := &Vital{Body: strings.TrimSpace(body)}
		if err := yaml.Unmarshal([]byte(header), v); err != nil || !ok || v.ID+".sql" != path.Base(name) {
			panic(fmt.Sprintf("metric: %s: no header, or not its own id: %v", name, err))
		}
		all[v.ID] = v
	}
	return all, sortedKeys(all)
}
