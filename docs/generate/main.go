// Command generate writes the generated chapters into the files of docs/. It is run by `make generate`, in docs/.
package main

import (
	"fmt"
	"os"

	"github.com/keepwell/keepwell/docs"
)

func main() {
	for _, c := range docs.Chapters {
		if err := write(c); err != nil {
			fmt.Fprintln(os.Stderr, "generate:", err)
			os.Exit(1)
		}
	}
}

func write(c docs.Chapter) error {
	raw, err := os.ReadFile(c.File)
	if err != nil && (c.Name != "" || !os.IsNotExist(err)) {
		return err
	}
	text, err := c.Put(string(raw))
	if err != nil {
		return err
	}
	return os.WriteFile(c.File, []byte(text), 0o644)
}
