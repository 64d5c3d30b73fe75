package ui

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// errGone marks that the reader went away while being answered: nobody is left to be told.
var errGone = errors.New("the reader is gone")

// Handler answers a request or says why it can't.
type Handler func(http.ResponseWriter, *http.Request) error

// Handle makes an http.Handler of a Handler: an error becomes a page that says what happened and what to do, in the
// reader's language.
func (p *Pages) Handle(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			p.Fail(w, r, err)
		}
	})
}

// Said is an error as a reader is told of it: in their language where it has words in it.
func Said(lang i18n.Lang, err error) error { return fault.In(err, i18n.Refusal(lang)) }

// failure is what an error page shows.
type failure struct {
	Status int
	Kind   string
	Detail string
	Fix    string
	Fields []fault.Field
	// Near is the place that the address belongs to, where there is one and it is another page.
	Near *NavItem
}

// Fail answers with the page for an error. What is our own mistake is reported and not shown.
func (p *Pages) Fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errGone) || r.Context().Err() != nil {
		return
	}
	kind := fault.KindOf(err)
	if kind == fault.Internal || kind == fault.Unavailable {
		p.Report(err)
	}
	if after := fault.RetryAfter(err); after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((after+time.Second-1)/time.Second)))
	}
	d := fault.Problem(err)
	shown := failure{Status: d.Status, Kind: kind.String()}
	if kind == fault.Invalid || kind == fault.Conflict {
		said := fault.Problem(Said(Lang(r), err))
		shown.Detail, shown.Fix, shown.Fields = said.Detail, said.Fix, said.Errors
	}
	block := "page"
	if IsPart(r) {
		block = "main"
	} else if kind == fault.NotFound || kind == fault.Invalid {
		shown.Near = near(r)
	}
	if err := p.write(w, r, d.Status, "ui/error", block, shown); err != nil && !errors.Is(err, errGone) {
		p.Report(err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
}

// near is the place of the navigation that an address belongs to, but not itself nor the first page.
func near(r *http.Request) *NavItem {
	for _, group := range Navigation(r.URL.Path, Who(r.Context())) {
		for _, item := range group.Items {
			if item.Current && item.Href != "/" && item.Href != r.URL.RequestURI() {
				return &item
			}
		}
	}
	return nil
}

// IsPart tells whether htmx asks, for a part of a page.
func IsPart(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// NotFound answers for addresses that no page has.
func NotFound(http.ResponseWriter, *http.Request) error {
	return fault.New(fault.NotFound, "there is no such page")
}

// Panicked is the error of a goroutine that panicked while it worked for a page; call it where it is recovered.
func Panicked(value any) error { return fmt.Errorf("panic: %v\n%s", value, debug.Stack()) }
