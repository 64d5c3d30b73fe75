package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake/duckdb"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/store"
)

// own keeps the metrics that users add: files in the folder metrics of the data folder, read at start, and those saved
// over the API, in the store.
type own struct {
	metrics *metric.Service
	store   *store.Store
	folder  string
	fit     fit
}

const (
	metricsFolder = "metrics"
	ownSetting    = "metrics"
	// trialTime is how long a metric may take over a month of facts before it is refused.
	trialTime = 5 * time.Second
)

// load adds what was kept. What can't be used any more is reported and left out: the rest of the product works without.
func (o own) load(ctx context.Context, report func(error)) error {
	files, err := filepath.Glob(filepath.Join(o.folder, "*.sql"))
	if err != nil {
		return err
	}
	texts := map[string][]byte{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			report(fmt.Errorf("a metric of yours can't be read: %w", err))
			continue
		}
		texts[filepath.Base(file)] = raw
	}
	kept := map[string]string{}
	if _, err := o.store.Setting(ctx, ownSetting, &kept); err != nil {
		return err
	}
	for id, text := range kept {
		texts[id+".sql"] = []byte(text)
	}
	for file, raw := range texts {
		d, err := o.check(ctx, file, raw)
		if err == nil {
			err = o.metrics.Catalog.Put(d)
		}
		if err != nil {
			report(fmt.Errorf("a metric of yours is left out: %w", err))
		}
	}
	return nil
}

func (o own) check(ctx context.Context, file string, raw []byte) (*metric.Definition, error) {
	d, err := metric.Parse(file, raw)
	if err == nil {
		err = metric.CheckOwn(ctx, duckdb.Parse, d)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "the definition can't be used").Field("definition", "%s", err)
	}
	return d, nil
}

// Check reads a definition and tries it over the last days.
func (o own) Check(ctx context.Context, id, text string) (*metric.Definition, error) {
	d, err := o.check(ctx, id+".sql", []byte(text))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	return d, o.metrics.TryOwn(ctx, d)
}

// Save checks a definition, keeps it and puts it into the catalogue.
func (o own) Save(ctx context.Context, id, text string) (*metric.Definition, error) {
	d, err := o.Check(ctx, id, text)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(o.folder, id+".sql")); err == nil {
		return nil, fault.New(fault.Conflict, "%s is a file of the folder %s", id, o.folder).Mend("change the file, and start again")
	}
	if _, known := o.metrics.Catalog.Get(id); known && !o.metrics.Catalog.IsOwn(id) {
		return nil, o.metrics.Catalog.Put(d) // says why not
	}
	o.fit.pulse.rests.Lock()
	defer o.fit.pulse.rests.Unlock()
	catalog := o.metrics.Catalog.Clone()
	if err := catalog.Put(d); err != nil {
		return nil, err
	}
	if err := o.fit.stays(ctx, "definition", o.with(catalog)); err != nil {
		return nil, err
	}
	if err := store.SettingChange(ctx, o.store, ownSetting, func(kept *map[string]string) error {
		if *kept == nil {
			*kept = map[string]string{}
		}
		(*kept)[id] = text
		return nil
	}); err != nil {
		return nil, err
	}
	defer o.fit.pulse.changed()
	return d, o.metrics.Catalog.Put(d)
}

var errNotKept = errors.New("not kept")

// with is the metrics with another catalogue.
func (o own) with(catalog *metric.Catalog) metric.Service {
	changed := *o.metrics
	changed.Catalog = catalog
	return changed
}

// Remove takes a definition out again.
func (o own) Remove(ctx context.Context, id string) error {
	o.fit.pulse.rests.Lock()
	defer o.fit.pulse.rests.Unlock()
	catalog := o.metrics.Catalog.Clone()
	catalog.Remove(id)
	if err := o.fit.stays(ctx, "definition", o.with(catalog)); err != nil {
		return err
	}
	err := store.SettingChange(ctx, o.store, ownSetting, func(kept *map[string]string) error {
		if _, ok := (*kept)[id]; !ok {
			return errNotKept
		}
		delete(*kept, id)
		return nil
	})
	if errors.Is(err, errNotKept) {
		return fault.New(fault.NotFound, "no metric %q was saved here", id).Mend("only those saved over the API can be removed by it; files of the folder %s are removed there", o.folder)
	}
	if err != nil {
		return err
	}
	o.metrics.Catalog.Remove(id)
	return nil
}

// Source is the definition's text.
func (o own) Source(id string) (string, bool) {
	d, ok := o.metrics.Catalog.Get(id)
	if !ok {
		return "", false
	}
	return d.Source, true
}
