package metric

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"
	"sync"

	"github.com/keepwell/keepwell/internal/fault"
)

// Catalog is a set of definitions by id. It is safe for concurrent use.
type Catalog struct {
	lock sync.RWMutex
	byID map[string]*Definition
	ids  []string
	own  map[string]bool
}

// Get is the definition with this id.
func (c *Catalog) Get(id string) (*Definition, bool) {
	c.lock.RLock()
	defer c.lock.RUnlock()
	d, ok := c.byID[id]
	return d, ok
}

// All are the definitions, by family and id.
func (c *Catalog) All() []*Definition {
	c.lock.RLock()
	defer c.lock.RUnlock()
	all := make([]*Definition, 0, len(c.ids))
	for _, id := range c.ids {
		all = append(all, c.byID[id])
	}
	return all
}

// IsOwn says that a definition came from outside.
func (c *Catalog) IsOwn(id string) bool {
	c.lock.RLock()
	defer c.lock.RUnlock()
	return c.own[id]
}

// Put adds a definition from outside, or takes it in the place of an earlier one. Those that come with Keepwell stay.
func (c *Catalog) Put(d *Definition) error {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.byID[d.ID] != nil && !c.own[d.ID] {
		return fault.New(fault.Conflict, "%s comes with Keepwell and can't be replaced", d.ID).Mend("give yours another id")
	}
	if c.own == nil {
		c.own = map[string]bool{}
	}
	if c.byID[d.ID] == nil {
		c.ids = append(slices.Clone(c.ids), d.ID)
	}
	c.byID[d.ID], c.own[d.ID] = d, true
	c.sort()
	return nil
}

// Clone is a copy that may be changed.
func (c *Catalog) Clone() *Catalog {
	c.lock.RLock()
	defer c.lock.RUnlock()
	return &Catalog{byID: maps.Clone(c.byID), own: maps.Clone(c.own), ids: slices.Clone(c.ids)}
}

// Remove takes out a definition that came from outside; false when there is none.
func (c *Catalog) Remove(id string) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	if !c.own[id] {
		return false
	}
	delete(c.byID, id)
	delete(c.own, id)
	c.ids = slices.DeleteFunc(slices.Clone(c.ids), func(one string) bool { return one == id })
	return true
}

func (c *Catalog) sort() {
	sort.Slice(c.ids, func(i, j int) bool {
		a, b := c.byID[c.ids[i]], c.byID[c.ids[j]]
		if a.Family != b.Family {
			return familyOrder[a.Family] < familyOrder[b.Family]
		}
		return a.ID < b.ID
	})
}

//go:embed catalog/*.sql
var builtin embed.FS

// Builtin is the catalogue that comes with Keepwell.
func Builtin() (*Catalog, error) { return Load(builtin, "catalog") }

// Load reads every *.sql file of a folder as a definition. The error names file and line.
func Load(files fs.FS, folder string) (*Catalog, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.sql"))
	if err != nil {
		return nil, err
	}
	c := &Catalog{byID: map[string]*Definition{}}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		d, err := Parse(path.Base(name), raw)
		if err != nil {
			return nil, err
		}
		if c.byID[d.ID] != nil {
			return nil, fmt.Errorf("%s: %s has the id %s too", name, c.byID[d.ID].File, d.ID)
		}
		c.byID[d.ID] = d
		c.ids = append(c.ids, d.ID)
	}
	c.sort()
	return c, nil
}

// Families are the groups of the catalogue, in the order in which they are shown.
var Families = []string{"voice", "customers", "money", "product", "web", "support", "health"}

var familyOrder = func() map[string]int {
	order := map[string]int{}
	for i, f := range Families {
		order[f] = i
	}
	return order
}()
