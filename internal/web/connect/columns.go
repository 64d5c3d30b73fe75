package connect

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// How much of a file is shown and tried before it is taken in.
const (
	rowsShown   = 5
	rowsTried   = 500
	reasonsTold = 8
)

// preview is a file with what its columns mean and what would become of its first rows.
type preview struct {
	ID, Name, Kind, Label string
	Columns               []column
	Fields                []field
	// At is when rows happened that don't say so, Timeless that no column says it.
	At       string
	Timeless bool
	Rows     [][]string
	Tried    ingest.Progress
	Reasons  []refusal
	// Problem is why the file can't be taken in like this (English).
	Problem string
	Done    *ingest.Progress // once it was taken in
}

type column struct {
	Name, Field string // Field is empty for what is kept as a property of its own
	Suggested   bool
}

// field is what a column may be; Label is empty where nothing is clearer than its name.
type field struct{ Name, Label string }

// Columns shows what a file holds, what its columns are taken for, and what would become of its first rows.
func (a *Area) Columns(w http.ResponseWriter, r *http.Request) error {
	f, err := a.file(r)
	if err != nil {
		return err
	}
	p, err := a.preview(r, f)
	if err != nil {
		return err
	}
	if ui.IsPart(r) {
		return a.Pages.Part(w, r, "connect/file", "columns", p)
	}
	return a.Pages.Show(w, r, "connect/file", p)
}

// mapping is what the form says of the columns: c0, c1, … by their places. Nothing is said for what keeps its own name.
func mapping(r *http.Request, header []string) map[string]string {
	to := map[string]string{}
	for i, name := range header {
		if field := r.FormValue("c" + strconv.Itoa(i)); field != "" {
			to[name] = field
		}
	}
	return to
}

func (a *Area) preview(r *http.Request, f *file) (*preview, error) {
	kind, _ := fact.KindNamed(f.Kind)
	lang := ui.Lang(r)
	p := &preview{ID: f.ID, Name: f.Name, Kind: f.Kind, Label: kind.Label.In(lang), Timeless: true}
	known := fields(kind)
	for _, name := range known {
		p.Fields = append(p.Fields, field{name, label(lang, name)})
	}
	rows, _, end, err := f.open()
	if err != nil {
		if fault.KindOf(err) == fault.Invalid {
			p.Problem = err.Error()
			return p, nil
		}
		return nil, err
	}
	defer end.Close()
	to, said := mapping(r, rows.Header()), r.FormValue("said") != ""
	if !said {
		for name, field := range suggested(kind, rows.Header()) {
			if to[name] == "" {
				to[name] = field
			}
		}
	}
	for _, name := range rows.Header() {
		c := column{Name: name, Field: ingest.FieldOf(kind, name)}
		if field, ok := to[name]; ok {
			c.Field, c.Suggested = field, !said
		}
		if !slices.Contains(known, c.Field) {
			c.Field = ""
		}
		p.Timeless = p.Timeless && c.Field != "ts"
		p.Columns = append(p.Columns, c)
	}
	if p.At = r.FormValue("at"); !r.Form.Has("at") && kind.Mode != fact.Happening {
		p.At = a.Pages.Now().In(a.Pages.Zone).Format(time.DateOnly) // a list of what is so now
	}
	first := &firstRows{RowReader: rows, most: rowsTried, keep: rowsShown}
	p.Tried, err = a.Files.TakeFile(r.Context(), f.Kind, first, nil, ingest.ImportOptions{Map: to, Told: func(line int, r ingest.RefusedRow) {
		if n := len(p.Reasons); n == 0 || p.Reasons[n-1].Line != line {
			if n == reasonsTold {
				return
			}
			p.Reasons = append(p.Reasons, refusal{Line: line})
		}
		last := &p.Reasons[len(p.Reasons)-1]
		last.Flaws = append(last.Flaws, flaw{r.Field, label(lang, r.Field), r.Reason})
	}}, p.at(), true)
	for _, row := range first.kept {
		cells := row.Cells
		if row.JSON != nil {
			cells = []string{string(row.JSON)}
		}
		p.Rows = append(p.Rows, cells)
	}
	if err != nil {
		if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.NotFound {
			return nil, err
		}
		p.Problem = err.Error()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		done := f.progress
		p.Done = &done
	}
	return p, nil
}

// at is when rows happened that don't say so. A file with times says nothing of rows that lack theirs.
func (p *preview) at() string {
	if !p.Timeless || p.Problem != "" {
		return ""
	}
	return p.At
}

// firstRows ends after some rows, and keeps the first of them to be shown.
type firstRows struct {
	ingest.RowReader
	most, keep int
	kept       []ingest.Row
}

func (f *firstRows) Next() (ingest.Row, error) {
	if f.most == 0 {
		return ingest.Row{}, io.EOF
	}
	f.most--
	row, err := f.RowReader.Next()
	if err == nil && len(f.kept) < f.keep {
		kept := row
		kept.Cells, kept.JSON = slices.Clone(row.Cells), slices.Clone(row.JSON)
		f.kept = append(f.kept, kept)
	}
	return row, err
}

// Take takes a file in as its columns were said. It ends with the request: a reader who goes away stops it, and may send
// the form again, for what is in already is not doubled.
func (a *Area) Take(w http.ResponseWriter, r *http.Request) error {
	f, err := a.file(r)
	if err != nil {
		return err
	}
	f.mu.Lock()
	if f.running {
		f.mu.Unlock()
		return fault.New(fault.Conflict, "this file is being taken in already")
	}
	f.running, f.done, f.progress = true, false, ingest.Progress{}
	f.mu.Unlock()
	done, err := a.take(r.Context(), r, f)
	f.mu.Lock()
	f.running, f.done, f.progress = false, err == nil, done
	f.mu.Unlock()
	if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.NotFound {
		return err
	}
	p, trouble := a.preview(r, f)
	if trouble != nil {
		return trouble
	}
	if err != nil {
		p.Problem = err.Error()
		return a.Pages.ShowStatus(w, r, http.StatusUnprocessableEntity, "connect/file", p)
	}
	return a.Pages.Show(w, r, "connect/file", p)
}

func (a *Area) take(ctx context.Context, r *http.Request, f *file) (ingest.Progress, error) {
	rows, read, end, err := f.open()
	if err != nil {
		return ingest.Progress{}, err
	}
	defer end.Close()
	if err := os.Remove(f.refusals()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return ingest.Progress{}, err
	}
	return a.Files.TakeFile(ctx, f.Kind, rows, read, ingest.ImportOptions{Map: maps.Clone(mapping(r, rows.Header())),
		Progress: func(p ingest.Progress) { f.mu.Lock(); f.progress = p; f.mu.Unlock() },
		Refused: func() (io.WriteCloser, error) {
			return os.OpenFile(f.refusals(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		}}, r.FormValue("at"), false)
}
