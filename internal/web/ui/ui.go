// Package ui is what all pages share: the layout and its parts, style, fonts and scripts, the reader's language and
// theme, how numbers and errors are shown.
//
// What stands on a page is left to the areas beside it (home, feeds, …), which of them answers to a request to web.
package ui

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// Templates are the layout, the parts and the page for errors.
//
//go:embed *.html
var Templates embed.FS

//go:embed icon/*.svg
var icons embed.FS

// Config is what pages need to know about the workspace.
type Config struct {
	// Zone is the one that times are shown in.
	Zone *time.Location
	Now  func() time.Time
	// Report hears of what went wrong on our side; it is shown to nobody.
	Report func(error)
	// Sample is how it stands with the made-up company, which every page says; nil: there is none.
	Sample func() feed.Sample
	// Sender names a source of facts.
	Sender func(source string) string
	// Secure marks cookies to be sent over TLS only.
	Secure bool
}

// Pages shows pages: one set of templates for each language, parsed at start.
type Pages struct {
	Config
	sets map[i18n.Lang]map[string]*template.Template
}

// New parses the *.html files of every area. A page is called "area/file"; it defines the blocks title and main, and
// may use what the other files of its area define.
func New(c Config, areas map[string]fs.FS) (*Pages, error) {
	p := &Pages{Config: c, sets: map[i18n.Lang]map[string]*template.Template{}}
	for _, lang := range i18n.Langs {
		base, err := template.New("").Funcs(p.functions(lang)).ParseFS(Templates, "*.html")
		if err != nil {
			return nil, err
		}
		set := map[string]*template.Template{}
		for area, folder := range areas {
			if err := parseArea(set, base, area, folder); err != nil {
				return nil, err
			}
		}
		if err := parseArea(set, base, "ui", Templates); err != nil {
			return nil, err
		}
		p.sets[lang] = set
	}
	return p, nil
}

// parseArea makes a page of every file that defines a main block; the other files are parts for all of them.
func parseArea(set map[string]*template.Template, base *template.Template, area string, folder fs.FS) error {
	names, err := fs.Glob(folder, "*.html")
	if err != nil {
		return err
	}
	texts := map[string]string{}
	for _, name := range names {
		raw, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		texts[name] = string(raw)
	}
	for _, name := range names {
		if !isPage(texts[name]) {
			continue
		}
		page := template.Must(base.Clone())
		for other, text := range texts {
			if other != name && isPage(text) {
				continue
			}
			if _, err := page.New(area + "/" + other).Parse(text); err != nil {
				return err
			}
		}
		set[area+"/"+strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return nil
}

func isPage(text string) bool { return strings.Contains(text, `{{define "main"}}`) }

// Frame is what templates see: what frames the page, and the page's own Data.
type Frame struct {
	Lang  i18n.Lang
	Langs []i18n.Lang
	Theme string
	Path  string // of this page, for its links and for coming back to it
	Who   *team.Session
	// Toast says what was just done; nil when nothing was.
	Toast  *Toast
	Sample feed.Sample
	// News are the versions of what the page waits for, as they were before it was made.
	News string
	Data any
}

// Toast says what was just done to how many, and names what undoes it.
type Toast struct {
	Did, Undo string
	N         int
	Back      string
}

// Admin tells whether the reader may run the installation.
func (f Frame) Admin() bool { return f.May(string(team.Admin)) }

// Works tells whether the reader works with accounts.
func (f Frame) Works() bool { return f.May(string(team.Work)) }

// May tells whether the reader may do what needs an action.
func (f Frame) May(action string) bool {
	return f.Who != nil && f.Who.Principal().May(team.Action(action))
}

func frame(r *http.Request, data any) Frame {
	return Frame{Lang: Lang(r), Langs: i18n.Langs, Theme: theme(r), Path: r.URL.RequestURI(), Who: Who(r.Context()), Toast: toast(r), News: newsOf(r.Context()), Data: data}
}

// toast is what the address says was done: did=KIND, n=HOW MANY, undo=ID, as Tell writes it.
func toast(r *http.Request) *Toast {
	q := r.URL.Query()
	did := q.Get("did")
	if did == "" || !i18n.Has("did."+did) {
		return nil
	}
	t := &Toast{Did: did, Undo: q.Get("undo")}
	t.N, _ = strconv.Atoi(q.Get("n"))
	for _, own := range []string{"did", "undo", "n"} {
		q.Del(own)
	}
	t.Back = r.URL.Path
	if rest := q.Encode(); rest != "" {
		t.Back += "?" + rest
	}
	return t
}

// Tell leads to a path of ours, where a toast will say what was done to how many; undo may be "".
func Tell(w http.ResponseWriter, r *http.Request, path, did string, n int, undo string) {
	u, err := url.Parse(Local(path))
	if err != nil {
		u = &url.URL{Path: "/"}
	}
	q := u.Query()
	q.Set("did", did)
	q.Set("n", strconv.Itoa(n))
	q.Del("undo")
	if undo != "" {
		q.Set("undo", undo)
	}
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}

// Show answers with a whole page.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, page string, data any) error {
	return p.write(w, r, http.StatusOK, page, "page", data)
}

// ShowStatus is Show with another status than 200.
func (p *Pages) ShowStatus(w http.ResponseWriter, r *http.Request, status int, page string, data any) error {
	return p.write(w, r, status, page, "page", data)
}

// Part answers with one block of a page, for htmx to put in its place.
func (p *Pages) Part(w http.ResponseWriter, r *http.Request, page, block string, data any) error {
	return p.write(w, r, http.StatusOK, page, block, data)
}

// smallest is the largest page that is sent as it is.
const smallest = 1400

func (p *Pages) write(w http.ResponseWriter, r *http.Request, status int, page, block string, data any) error {
	f := frame(r, data)
	if p.Sample != nil && f.Who != nil {
		f.Sample = p.Sample()
	}
	var b bytes.Buffer
	if err := p.sets[f.Lang][page].ExecuteTemplate(&b, block, f); err != nil {
		return fault.Wrap(fault.Internal, err, "the page %s can't be shown", page)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Vary", "Cookie, Accept-Language, Accept-Encoding, HX-Request")
	body := b.Bytes()
	if status == http.StatusOK && IsPart(r) {
		mark := `"` + MarkOf(b.String()) + `"`
		h.Set("ETag", mark)
		if r.Header.Get("If-None-Match") == mark { // it looks as it does where it stands (renew.js)
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	// Pages hold no secret that what a stranger sends could be compressed against.
	if len(body) > smallest && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if small := gzipped(body, gzip.BestSpeed); small != nil {
			h.Set("Content-Encoding", "gzip")
			body = small
		}
	}
	w.WriteHeader(status)
	_, err := w.Write(body)
	if err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	return nil
}
