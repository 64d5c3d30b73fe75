// Package fault is what goes wrong, in two voices: a Kind for callers, who decide what to do, and a text
// for people, who want to know what happened, where, and how to mend it.
//
// Only What, Where, Fix and Fields are ever shown to somebody outside; the wrapped error is for logs.
// Writing the HTTP answer is left to the edges, logging to whoever owns the logger.
package fault

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Kind tells a caller what to do about an error. The zero Kind is Internal, so an error nobody classified
// is treated as our own mistake and its text stays inside.
type Kind int

const (
	Internal        Kind = iota // our mistake: log it, tell nothing
	Invalid                     // the input can't be used as it is
	Unauthenticated             // nobody we know
	Forbidden                   // known, but not allowed to
	NotFound                    // no such thing
	Conflict                    // clashes with what is there
	TooLarge                    // over a size limit
	TooMany                     // over a rate limit: try again later
	Unavailable                 // something we need is away: try again later
)

var kinds = [...]struct {
	name, title string
	status      int
}{
	Internal:        {"internal", "Something went wrong inside Keepwell", http.StatusInternalServerError},
	Invalid:         {"invalid", "The request can't be used as it is", http.StatusBadRequest},
	Unauthenticated: {"unauthenticated", "A valid key or login is needed", http.StatusUnauthorized},
	Forbidden:       {"forbidden", "Not allowed", http.StatusForbidden},
	NotFound:        {"not-found", "Not found", http.StatusNotFound},
	Conflict:        {"conflict", "Clashes with what is already there", http.StatusConflict},
	TooLarge:        {"too-large", "Too large", http.StatusRequestEntityTooLarge},
	TooMany:         {"too-many", "Too many requests", http.StatusTooManyRequests},
	Unavailable:     {"unavailable", "Not available right now", http.StatusServiceUnavailable},
}

func (k Kind) known() Kind {
	if k < 0 || int(k) >= len(kinds) {
		return Internal
	}
	return k
}

func (k Kind) String() string { return kinds[k.known()].name }

// HTTPStatus is the status code a kind is answered with.
func HTTPStatus(k Kind) int { return kinds[k.known()].status }

// Field is one part of an input and why it can't be used.
type Field struct {
	Name   string `json:"field"`
	Reason string `json:"reason"`
}

// Error is one thing that went wrong. Everything but Err may be shown to people; Where is kept inside for
// Internal and Unavailable, where it names our own files and hosts.
type Error struct {
	Kind       Kind
	What       string        // what happened, a clause without a full stop: "the key name is taken"
	Where      string        // field, file, line; optional
	Fix        string        // how to mend it, a clause: "choose another name"; optional
	RetryAfter time.Duration // for TooMany and Unavailable; 0 means a default
	Fields     []Field
	Err        error // the cause, for logs and errors.Is

	what, fix Text // What and Fix with their parts; reasons are those of Fields
	reasons   []Text
}

// New is an error of a kind that says what happened.
func New(k Kind, what string, args ...any) *Error {
	return &Error{Kind: k, What: sprintf(what, args), what: Text{what, args}}
}

// Wrap is New with a cause.
func Wrap(k Kind, cause error, what string, args ...any) *Error {
	return &Error{Kind: k, What: sprintf(what, args), Err: cause, what: Text{what, args}}
}

// A text without arguments is taken as it is: it may hold a per cent sign.
func sprintf(text string, args []any) string {
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// At sets where it happened. It, Mend, After and Field change e and return it, to be chained onto New.
func (e *Error) At(where string, args ...any) *Error {
	e.Where = sprintf(where, args)
	return e
}

// Mend sets how to mend it.
func (e *Error) Mend(fix string, args ...any) *Error {
	e.Fix, e.fix = sprintf(fix, args), Text{fix, args}
	return e
}

// After sets how long a caller should wait before trying again.
func (e *Error) After(d time.Duration) *Error {
	e.RetryAfter = d
	return e
}

// Field adds one part of the input that can't be used.
func (e *Error) Field(name, reason string, args ...any) *Error {
	e.Fields = append(e.Fields, Field{name, sprintf(reason, args)})
	e.reasons = append(e.reasons, Text{reason, args})
	return e
}

// Because adds a part of the input that another error says is wrong: the last of its fields, or what happened.
func (e *Error) Because(name string, err error) *Error {
	var of *Error
	if !errors.As(err, &of) {
		return e.Field(name, "%s", err)
	}
	if n := len(of.Fields); n > 0 {
		e.Fields = append(e.Fields, Field{name, of.Fields[n-1].Reason})
		e.reasons = append(e.reasons, of.reasons[n-1])
		return e
	}
	return e.Field(name, "%s", of.what)
}

// Reason is why an input is refused, without saying once more that it is: the last reason that err gives for a part of it, or err.
func Reason(err error) error {
	var of *Error
	if errors.As(err, &of) && len(of.reasons) > 0 {
		return of.reasons[len(of.reasons)-1]
	}
	return err
}

// Error is the whole text on one line, for logs and terminals:
// "what (where): field: reason, field: reason: cause; fix".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.What)
	if e.Where != "" {
		fmt.Fprintf(&b, " (%s)", e.Where)
	}
	sep := ": "
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "%s%s: %s", sep, f.Name, f.Reason)
		sep = ", "
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Fix != "" {
		fmt.Fprintf(&b, "; %s", e.Fix)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of the outermost Error in err's chain. A deadline that passed counts as Unavailable;
// everything else is Internal.
func KindOf(err error) Kind {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Kind.known()
	case errors.Is(err, context.DeadlineExceeded):
		return Unavailable
	}
	return Internal
}

// RetryAfter is how long a caller should wait: at least a second for TooMany and Unavailable, 0 for kinds
// that trying again does not mend.
func RetryAfter(err error) time.Duration {
	k := KindOf(err)
	if k != TooMany && k != Unavailable {
		return 0
	}
	var e *Error
	if errors.As(err, &e) && e.RetryAfter > 0 {
		return max(e.RetryAfter, time.Second)
	}
	if k == TooMany {
		return time.Second
	}
	return 5 * time.Second
}
