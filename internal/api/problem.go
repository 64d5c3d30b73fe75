package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Problem is an error as callers see it, RFC 9457.
type Problem struct {
	fault.Details
	header http.Header
}

func (p *Problem) Error() string                { return p.Title + ": " + p.Detail }
func (p *Problem) GetStatus() int               { return p.Status }
func (p *Problem) GetHeaders() http.Header      { return p.header }
func (p *Problem) ContentType(_ string) string  { return "application/problem+json" }
func (p *Problem) MarshalJSON() ([]byte, error) { return json.Marshal(p.Details) }

func (p *Problem) write(w http.ResponseWriter) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p.Details) // the caller may be gone
}

// The huma library makes errors of its own for parameters and bodies that do not fit the types here.
func init() {
	huma.NewError = func(status int, text string, errs ...error) huma.StatusError {
		p := plainProblem(status, text)
		if status == http.StatusUnprocessableEntity || status == http.StatusBadRequest {
			p.Details = fault.Problem(fault.New(fault.Invalid, "the request can't be used: %s", text))
		}
		for _, err := range errs {
			var detailed huma.ErrorDetailer
			if errors.As(err, &detailed) {
				d := detailed.ErrorDetail()
				_, name, _ := strings.Cut(d.Location, ".")
				p.Errors = append(p.Errors, fault.Field{Name: name, Reason: d.Message})
			} else if err != nil {
				p.Errors = append(p.Errors, fault.Field{Reason: err.Error()})
			}
		}
		return p
	}
}

// plainProblem is for what HTTP has a status for and fault no kind.
func plainProblem(status int, text string) *Problem {
	return &Problem{Details: fault.Details{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: text}}
}

// problem is what a caller may know of an error; what is our own mistake goes to the log.
func (a *API) problem(ctx context.Context, err error) *Problem {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return plainProblem(statusGone, "the caller has hung up")
	}
	var known *Problem
	if errors.As(err, &known) {
		return known
	}
	p := &Problem{Details: fault.Problem(fault.In(err, i18n.Refusal(languageOf(ctx)))), header: http.Header{}}
	switch kind := fault.KindOf(err); kind {
	case fault.Unauthenticated:
		p.header.Set("WWW-Authenticate", `Bearer realm="keepwell"`)
	case fault.Internal, fault.Unavailable:
		a.Logger.ErrorContext(ctx, "a request failed", "error", err, "request", RequestID(ctx))
	}
	if wait := fault.RetryAfter(err); wait > 0 {
		p.header.Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	}
	return p
}

// statusGone is what nginx logs for callers who hung up; nobody receives it.
const statusGone = 499

// Fail answers with an error, for handlers beside the API.
func (a *API) Fail(w http.ResponseWriter, r *http.Request, err error) {
	a.problem(r.Context(), err).write(w)
}

// ReadProblem is the error in a server's answer, for the command line.
func ReadProblem(status int, body []byte) error {
	var d fault.Details
	if json.Unmarshal(body, &d) != nil || d.Title == "" {
		return fault.New(kindOf(status), "the server answered %d %s", status, http.StatusText(status)).
			Mend("check that --server is the address of a Keepwell server")
	}
	e := fault.New(kindOf(status), "%s", d.Detail).Mend("%s", d.Fix)
	if d.Detail == "" {
		e.What = d.Title
	}
	e.Fields = d.Errors
	return e
}

func kindOf(status int) fault.Kind {
	for k := fault.Internal; k <= fault.Unavailable; k++ {
		if fault.HTTPStatus(k) == status {
			return k
		}
	}
	if status < 500 {
		return fault.Invalid
	}
	return fault.Internal
}
