package metric

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"

	"go.yaml.in/yaml/v3"
)

// readFolder reads every *.yaml file of a folder, in the order of their names, into a T each. The check says what is wrong with
// one, given the name its file has without the ending; the error names the file.
func readFolder[T any](files fs.FS, folder string, check func(one *T, name string) error) ([]*T, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	all := make([]*T, len(names))
	for i, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		one := new(T)
		decoder := yaml.NewDecoder(bytes.NewReader(raw))
		decoder.KnownFields(true)
		if err := decoder.Decode(one); err != nil {
			return nil, fmt.Errorf("metric: %s: %w", name, err)
		}
		base := path.Base(name)
		if err := check(one, base[:len(base)-len(".yaml")]); err != nil {
			return nil, fmt.Errorf("metric: %s: %w", name, err)
		}
		all[i] = one
	}
	return all, nil
}

// mustReadFolder is readFolder of files that are built in: a mistake in one is a mistake in the program, and tests load them.
// The ids are those of the files, sorted.
func mustReadFolder[T any](files fs.FS, folder string, check func(one *T, name string) error, id func(*T) string) (byID map[string]*T, ids []string) {
	all, err := readFolder(files, folder, check)
	if err != nil {
		panic(err)
	}
	byID = map[string]*T{}
	for _, one := range all {
		byID[id(one)], ids = one, append(ids, id(one))
	}
	return byID, ids
}
