package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/metric"
)

const (
	root   = "../.."
	module = "github.com/keepwell/keepwell/"
)

// pkg is what `go list` says of a package, with its folder from the root of the tree.
type pkg struct {
	ImportPath, Name, Doc string
	Imports               []string
}

func (p pkg) dir() string { return strings.TrimPrefix(p.ImportPath, module) }

func packages(t *testing.T) []pkg {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Name,Doc,Imports", "./...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list found %d packages", len(all))
	}
	return all
}

func rooms(t *testing.T) []Room {
	t.Helper()
	document, err := os.ReadFile(root + "/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	all, err := Parse(string(document))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestImportsFollowTheTableOfTheArchitecture(t *testing.T) {
	rooms := rooms(t)
	for _, p := range packages(t) {
		here, ok := RoomOf(rooms, p.dir())
		if !ok {
			t.Errorf("%s is in no room of ARCHITECTURE.md's table; add a line that says what is in it", p.dir())
			continue
		}
		for _, imported := range p.Imports {
			dir, ours := strings.CutPrefix(imported, module)
			if !ours {
				continue
			}
			there, _ := RoomOf(rooms, dir)
			if there.Path != here.Path && !slices.Contains(here.MayImport, there.Path) {
				t.Errorf("%s imports %s; ARCHITECTURE.md lets it import only %s", p.dir(), dir, strings.Join(here.MayImport, ", "))
			}
		}
	}
}

func TestEveryRoomOfTheTableExists(t *testing.T) {
	for _, r := range rooms(t) {
		if info, err := os.Stat(filepath.Join(root, r.Path)); err != nil || !info.IsDir() {
			t.Errorf("ARCHITECTURE.md names %s, which is no folder", r.Path)
		}
	}
}

func TestRoomsThatImportEachOtherAreRefused(t *testing.T) {
	rooms := rooms(t)
	reach := map[string][]string{}
	for _, r := range rooms {
		reach[r.Path] = r.MayImport
	}
	var walk func(from, at string, seen map[string]bool)
	walk = func(from, at string, seen map[string]bool) {
		for _, next := range reach[at] {
			if next == from && from != at {
				t.Errorf("the table lets %s import itself by way of %s", from, at)
				return
			}
			if !seen[next] {
				seen[next] = true
				walk(from, next, seen)
			}
		}
	}
	for _, r := range rooms {
		if strings.HasPrefix(r.Path, "internal/") && r.Path != "internal/app" {
			walk(r.Path, r.Path, map[string]bool{})
		}
	}
}

// lent are the areas of pages that others take something from: parts, ways to read numbers, pages within pages.
var lent = []string{"ui", "reading", "accounts", "feeds", "connect", "signin"}

func TestAreasOfPagesStandBesideEachOther(t *testing.T) {
	const web = "internal/web/"
	areas := 0
	for _, p := range packages(t) {
		area, ok := strings.CutPrefix(p.dir(), web)
		if !ok {
			continue
		}
		areas++
		for _, imported := range p.Imports {
			other, ok := strings.CutPrefix(imported, module+web)
			if ok && !slices.Contains(lent, other) {
				t.Errorf("the pages of %s take something from those of %s; let both have it from below, or name %s among the areas that lend", area, other, other)
			}
		}
	}
	if areas < 20 {
		t.Errorf("%d areas of pages were found", areas)
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.dir())
		}
	}
}

func TestNoPackageIsAPlaceForAnything(t *testing.T) {
	for _, p := range packages(t) {
		if vague.MatchString(path.Base(p.ImportPath)) {
			t.Errorf("%s: a name like that takes anything in; name what it is about", p.dir())
		}
	}
}

var vague = regexp.MustCompile(`^(util|utils|common|commons|helper|helpers|manager|managers|misc|shared|base|core|lib|types|models)$`)

const longest = 500

func TestAFileIsOneIdea(t *testing.T) {
	files := 0
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "data" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files++
		if n := bytes.Count(raw, []byte("\n")); n > longest {
			t.Errorf("%s has %d lines; more than %d are more than one idea", name, n, longest)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("only %d Go files were found", files)
	}
}

func TestEveryKindOfFactIsOneFile(t *testing.T) {
	files, err := filepath.Glob(root + "/internal/fact/kind_*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	if len(files) != len(fact.Kinds()) {
		t.Errorf("%d files kind_*.go for %d kinds", len(files), len(fact.Kinds()))
	}
	for _, k := range fact.Kinds() {
		raw, err := os.ReadFile(root + "/internal/fact/kind_" + k.Name + ".go")
		if err != nil {
			t.Errorf("kind %s has no file of its own: %v", k.Name, err)
			continue
		}
		if n := bytes.Count(raw, []byte("register(Kind{")); n != 1 || !bytes.Contains(raw, []byte(`"`+k.Name+`"`)) {
			t.Errorf("kind_%s.go registers %d kinds, or another one", k.Name, n)
		}
	}
}

func TestEveryMetricIsOneFile(t *testing.T) {
	files, err := filepath.Glob(root + "/internal/metric/catalog/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	all := catalog.All()
	if len(files) != len(all) {
		t.Errorf("%d files in the catalogue for %d metrics", len(files), len(all))
	}
	for _, d := range all {
		if path.Base(d.File) != d.ID+".sql" {
			t.Errorf("metric %s stands in %s", d.ID, d.File)
		}
	}
}
