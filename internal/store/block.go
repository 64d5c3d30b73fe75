package store

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed *.sql migrate/*.sql
var files embed.FS

type engine string

const (
	sqlite   engine = "sqlite"
	postgres engine = "postgres"
)

var (
	blockName   = regexp.MustCompile(`(?m)^-- name: (\w+)\n`)
	placeholder = regexp.MustCompile(`\?(\d+)`)
)

// loadBlocks reads the named blocks of all .sql files as an engine wants them. A block of the same name in
// x.postgres.sql stands in for that of x.sql. The files are part of the program, so what is wrong with
// them panics.
func loadBlocks(e engine) map[string]string {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		panic(err)
	}
	blocks := map[string]string{}
	for _, overrides := range []bool{false, true} {
		for _, name := range names {
			_, own, is := strings.Cut(strings.TrimSuffix(name, ".sql"), ".")
			if is != overrides || is && own != string(e) {
				continue
			}
			for block, text := range parseBlocks(name) {
				if _, there := blocks[block]; there != overrides {
					panic(fmt.Sprintf("store: %s: block %s overrides nothing or stands twice", name, block))
				}
				blocks[block] = rebind(e, text)
			}
		}
	}
	return blocks
}

func parseBlocks(file string) map[string]string {
	raw, err := files.ReadFile(file)
	if err != nil {
		panic(err)
	}
	text, blocks := string(raw), map[string]string{}
	at := blockName.FindAllStringSubmatchIndex(text, -1)
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		blocks[text[m[2]:m[3]]] = strings.TrimSpace(text[m[1]:end])
	}
	return blocks
}

// rebind writes ?1 as $1 for PostgreSQL. No text in our SQL holds a question mark.
func rebind(e engine, text string) string {
	if e == postgres {
		return placeholder.ReplaceAllString(text, "$$$1")
	}
	return text
}
