package metric

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// The relations that metrics share, sorted into folders by what they are about; their names are those of the files alone.
//
//go:embed relation/*/*.sql
var relationFiles embed.FS

// relationTexts are the texts of relations by name; NAME.live is the text for questions about the present.
var relationTexts = sync.OnceValue(func() map[string]string {
	texts := map[string]string{}
	files, err := fs.Glob(relationFiles, "relation/*/*.sql")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		raw, err := relationFiles.ReadFile(file)
		if err != nil {
			panic(err)
		}
		name := strings.TrimSuffix(path.Base(file), ".sql")
		if _, twice := texts[name]; twice {
			panic(fmt.Sprintf("metric: %s is there in another folder too; {%s} would mean both", file, name))
		}
		texts[name] = string(raw)
	}
	return texts
})

// relationText is the text of a relation's file.
func relationText(name string) (text string, ok bool) {
	text, ok = relationTexts()[name]
	return text, ok
}
