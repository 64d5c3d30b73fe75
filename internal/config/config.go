// Package config is what the installation is told: a flag, an environment variable KEEPWELL_… or a line in
// keepwell.yaml, in that order of strength, and for each where it came from.
//
// What a setting means is left to whoever reads it; opening what it names too.
package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/spf13/pflag"
)

// FileName is looked for in the working folder and then in the data folder.
const FileName = "keepwell.yaml"

// given is a setting's text and where it stands.
type given struct{ text, origin string }

// Define adds a flag for each named setting, for all without names, and --config. The flags' own defaults
// are only shown; Load takes the values that Given collects.
func Define(flags *pflag.FlagSet, names ...string) {
	flags.String("config", "", "settings file; default: ./"+FileName+", then "+FileName+" in the data folder")
	if len(names) == 0 {
		for _, s := range Table {
			names = append(names, s.Name)
		}
	}
	for _, name := range names {
		s, ok := lookup(name)
		if !ok {
			panic("config: no setting is called " + name)
		}
		flags.String(s.Name, s.Default, s.Help)
	}
}

// Given is the flags that were set on the command line, by name, "config" among them.
func Given(flags *pflag.FlagSet) map[string]string {
	set := map[string]string{}
	flags.Visit(func(f *pflag.Flag) { set[f.Name] = f.Value.String() })
	return set
}

// Load reads all settings: flags by name (others than settings are passed over), env as os.Environ gives
// it, and the settings file. file names it; when empty, flag and variable "config" and then the usual
// places are looked at. The error lists everything that is wrong, each with its origin and an example.
func Load(flags map[string]string, env []string, file string) (*Settings, error) {
	vars := map[string]string{}
	for _, v := range env {
		if name, value, ok := strings.Cut(v, "="); ok && strings.HasPrefix(name, "KEEPWELL_") {
			vars[name] = value
		}
	}
	all := map[string]given{}
	for _, s := range Table {
		if text, ok := vars[s.Env()]; ok {
			all[s.Name] = given{text, "environment " + s.Env()}
		}
		if text, ok := flags[s.Name]; ok {
			all[s.Name] = given{text, "flag --" + s.Name}
		}
	}
	for _, named := range []string{file, flags["config"], vars["KEEPWELL_CONFIG"]} {
		if named != "" {
			file = named
			break
		}
	}
	raw, file, err := find(file, all["data"].text)
	if err != nil {
		return nil, err
	}
	lines, bad := readFile(file, raw)
	for name, g := range lines {
		_, stronger := all[name]
		if name == "data" && !stronger && file == inData("") && filepath.Clean(g.text) != filepath.Dir(file) {
			bad = append(bad, fault.Field{Name: name, Reason: "the file lies in the data folder, so it can't name another (" + g.origin + ")"})
		}
		if !stronger {
			all[name] = g
		}
	}
	s := &Settings{File: file, origins: all, Warnings: nearMisses(vars)}
	for _, line := range Table {
		g, ok := all[line.Name]
		if !ok {
			g = given{line.Default, "default"}
			all[line.Name] = g
		}
		if err := line.set(s, g.text); err != nil {
			bad = append(bad, fault.Field{Name: line.Name, Reason: line.shown(g.text) + " (" + g.origin + ") " + err.Error() + "; for example " + line.Example})
		}
	}
	if bad != nil {
		e := fault.New(fault.Invalid, "the settings can't be used").Mend("mend them, or see keepwell config for all settings and their origin")
		e.Fields = bad
		return nil, e
	}
	return s, nil
}

// find reads the settings file: the named one, or the first that exists of the usual places, or none.
func find(named, data string) (raw []byte, path string, err error) {
	places := []string{named}
	if named == "" {
		places = []string{FileName, inData(data)}
	}
	for _, path := range places {
		raw, err := os.ReadFile(path)
		switch {
		case err == nil:
			return raw, path, nil
		case named == "" && errors.Is(err, fs.ErrNotExist):
			continue
		}
		return nil, "", fault.Wrap(fault.Invalid, err, "the settings file can't be read").At("%s", path).
			Mend("check its name and that this user may read it")
	}
	return nil, "", nil
}

func inData(data string) string {
	if data == "" {
		s, _ := lookup("data")
		data = s.Default
	}
	return filepath.Join(data, FileName)
}

// Line is one setting as Explain shows it.
type Line struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Origin string `json:"origin"` // "flag --listen", "environment KEEPWELL_LISTEN", "keepwell.yaml line 3", "default"
	Help   string `json:"help"`
}

// Explain lists every setting with its value and origin. Secrets are masked.
func (s *Settings) Explain() []Line {
	lines := make([]Line, 0, len(Table))
	for _, setting := range Table {
		g := s.origins[setting.Name]
		value := setting.shown(g.text)
		if setting.Name == "memory-limit" && g.text == "auto" {
			value = "auto (" + strconv.FormatInt(s.MemoryLimit>>20, 10) + "MB)"
		}
		lines = append(lines, Line{setting.Name, value, g.origin, setting.Help})
	}
	return lines
}

// Chosen tells whether a setting was given, by a flag, the environment or the file.
func (s *Settings) Chosen(name string) bool {
	return s.origins[name].origin != "" && s.origins[name].origin != "default"
}
