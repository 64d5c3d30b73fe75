package connect

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/team"
)

// Files takes the rows of files in, or, dry, only checks them. Rows that don't say when they happened did at the date that
// is given, if one is.
type Files interface {
	TakeFile(ctx context.Context, kind string, rows ingest.RowReader, read *ingest.Counter, o ingest.ImportOptions, at string, dry bool) (ingest.Progress, error)
}

// FilePath is where files are sent to, MaxFile the largest that is taken, in bytes; larger ones go by the command line.
const (
	FilePath = "/start/file"
	MaxFile  = 256 << 20
)

// fileLife is how long a file waits to be taken in.
const fileLife = time.Hour

// file is one that was sent and waits to be taken in, or is being.
type file struct {
	ID, Name, Kind, Format string
	owner, path            string
	size                   int64
	sent                   time.Time

	mu       sync.Mutex
	progress ingest.Progress
	running  bool
	done     bool
}

// Refusals is the path of the table of rows that could not be used.
func (f *file) refusals() string { return f.path + ".refused.csv" }

// waiting are the files that wait.
type waiting struct {
	mu  sync.Mutex
	all map[string]*file
}

func (w *waiting) put(f *file, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[string]*file{}
	}
	for id, old := range w.all {
		old.mu.Lock()
		gone := !old.running && now.Sub(old.sent) > fileLife
		old.mu.Unlock()
		if gone {
			os.Remove(old.path)
			os.Remove(old.refusals())
			delete(w.all, id)
		}
	}
	w.all[f.ID] = f
}

func (a *Area) file(r *http.Request) (*file, error) {
	a.waiting.mu.Lock()
	defer a.waiting.mu.Unlock()
	f := a.waiting.all[r.PathValue("id")]
	if f == nil || f.owner != owner(r.Context()) {
		return nil, fault.New(fault.NotFound, "this file is not here any more").Mend("send it again; what was taken in is not doubled")
	}
	return f, nil
}

// owner is whose files are shown to nobody else.
func owner(ctx context.Context) string {
	p := team.PrincipalOf(ctx)
	return string(p.Kind) + " " + p.ID
}

// Send keeps a file until its columns are said.
func (a *Area) Send(w http.ResponseWriter, r *http.Request) error {
	f, problem, err := a.receive(r)
	if err != nil {
		return err
	}
	if problem != "" {
		s, err := a.steps(r)
		if err != nil {
			return err
		}
		s.Problem = problem
		return a.Pages.ShowStatus(w, r, http.StatusUnprocessableEntity, "connect/start", s)
	}
	a.waiting.put(f, a.Pages.Now())
	http.Redirect(w, r, FilePath+"/"+f.ID, http.StatusSeeOther)
	return nil
}

func (a *Area) receive(r *http.Request) (*file, string, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, "start.bad.file", nil
	}
	f := &file{ID: strings.ToLower(rand.Text()), owner: owner(r.Context()), sent: a.Pages.Now()}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, "start.bad.file", nil
		}
		if err != nil {
			return nil, "", tooLarge(err)
		}
		switch part.FormName() {
		case "kind":
			name, err := io.ReadAll(io.LimitReader(part, 100))
			if err != nil {
				return nil, "", tooLarge(err)
			}
			f.Kind = string(name)
		case "file":
			return a.keep(f, part.FileName(), part)
		}
	}
}

func tooLarge(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.Wrap(fault.TooLarge, err, "the file is larger than %d MiB", MaxFile>>20).Mend("bring it in with keepwell import, which has no limit")
	}
	return fault.Wrap(fault.Invalid, err, "the file did not arrive whole").Mend("send it again")
}

func (a *Area) keep(f *file, name string, from io.Reader) (*file, string, error) {
	if _, ok := fact.KindNamed(f.Kind); !ok || name == "" {
		return nil, "start.bad.file", nil
	}
	f.Name = name[strings.LastIndexAny(name, `/\`)+1:]
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv", ".tsv", ".txt":
		f.Format = "csv"
	case ".ndjson", ".jsonl":
		f.Format = "ndjson"
	default:
		return nil, "start.bad.format", nil
	}
	if err := os.MkdirAll(a.Folder, 0o700); err != nil {
		return nil, "", err
	}
	f.path = filepath.Join(a.Folder, f.ID)
	to, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, "", err
	}
	f.size, err = io.Copy(to, from)
	if err = errors.Join(err, to.Close()); err != nil {
		os.Remove(f.path)
		return nil, "", tooLarge(err)
	}
	return f, "", nil
}

// open opens the file as rows.
func (f *file) open() (ingest.RowReader, *ingest.Counter, io.Closer, error) {
	from, err := os.Open(f.path)
	if err != nil {
		return nil, nil, nil, fault.Wrap(fault.NotFound, err, "this file is not here any more").Mend("send it again")
	}
	counter := &ingest.Counter{From: from}
	rows, err := ingest.OpenRows(f.Format, counter)
	if err != nil {
		from.Close()
		return nil, nil, nil, err
	}
	return rows, counter, from, nil
}

// Refused answers with the rows that could not be used, as a table with the reasons, to be mended and sent again.
func (a *Area) Refused(w http.ResponseWriter, r *http.Request) error {
	f, err := a.file(r)
	if err != nil {
		return err
	}
	from, err := os.Open(f.refusals())
	if err != nil {
		return fault.Wrap(fault.NotFound, err, "no row of this file was refused")
	}
	defer from.Close()
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="refused-`+f.Kind+`.csv"`)
	w.Header().Set("Cache-Control", "private, no-store")
	_, err = io.Copy(w, from)
	return err
}

// refusal is a row that can't be used, with all that is wrong with it.
type refusal struct {
	Line  int
	Flaws []flaw
}

type flaw struct{ Field, Label, Reason string }
