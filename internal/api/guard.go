package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

type requestKey struct{}

// RequestID names a request in the log and in the header X-Request-Id of its answer.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

type languageKey struct{}

// languageOf is the language that the caller of a request asks for; English where it asks for none that is spoken.
func languageOf(ctx context.Context) i18n.Lang {
	header, _ := ctx.Value(languageKey{}).(string)
	return i18n.Match(header)
}

// Guard stands before all handlers of the server: it names and logs requests, answers for handlers that panic and cuts
// off callers who keep a connection without using it.
type Guard struct {
	Next    http.Handler
	Logger  *slog.Logger
	Proxies []netip.Prefix // whose X-Forwarded-For is believed
	// Seen hears of every request when it is answered; may be nil.
	Seen func(pattern string, status int, took time.Duration)
}

// slow is a request worth a line in the log although nothing went wrong.
const slow = time.Second

// ServeHTTP answers one request.
func (g *Guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	var raw [8]byte
	rand.Read(raw[:]) // never fails
	id := hex.EncodeToString(raw[:])
	r = r.WithContext(team.WithAddress(context.WithValue(context.WithValue(r.Context(), requestKey{}, id), languageKey{}, r.Header.Get("Accept-Language")), g.from(r)))
	w.Header().Set("X-Request-Id", id)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	seen := &answer{ResponseWriter: w, control: http.NewResponseController(w)}
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = &patientBody{ReadCloser: r.Body, control: seen.control}
	}
	var panicked any
	func() {
		defer func() {
			if panicked = recover(); panicked == nil || panicked == http.ErrAbortHandler {
				return
			}
			g.Logger.Error("a request panicked", "request", id, "panic", panicked, "stack", string(debug.Stack()))
			if seen.status == 0 {
				p := Problem{Details: fault.Problem(errors.New("panic"))}
				p.write(seen)
				panicked = nil
				return
			}
			panicked = http.ErrAbortHandler // the answer is half sent
		}()
		g.Next.ServeHTTP(seen, r)
	}()
	took := time.Since(began)
	if seen.status == 0 && panicked == nil {
		seen.status = http.StatusOK // nothing was written, which net/http answers with 200
	}
	if seen.Header().Get("Content-Type") == "text/event-stream" {
		took = 0 // it lasts as long as somebody listens
	}
	g.log(r, seen, id, took)
	if g.Seen != nil {
		g.Seen(r.Pattern, seen.status, took)
	}
	if panicked != nil {
		panic(panicked)
	}
}

// log writes no queries and no bodies: keys and people's data are in them.
func (g *Guard) log(r *http.Request, seen *answer, id string, took time.Duration) {
	level := slog.LevelDebug
	switch {
	case seen.status >= 500:
		level = slog.LevelWarn
	case seen.status >= 400 || took > slow:
		level = slog.LevelInfo
	}
	if !g.Logger.Enabled(r.Context(), level) {
		return
	}
	g.Logger.LogAttrs(r.Context(), level, "request", slog.String("request", id), slog.String("method", r.Method), slog.String("path", shownPath(r)),
		slog.Int("status", seen.status), slog.Int64("bytes", seen.bytes), slog.Duration("took", took), slog.String("from", team.AddressOf(r.Context())))
}

// shownPath leaves out what of a path may be a secret: links for setting up and hooks hold one.
func shownPath(r *http.Request) string {
	for _, secret := range []string{"/setup/", "/hooks/"} {
		if strings.HasPrefix(r.URL.Path, secret) {
			return secret + "…"
		}
	}
	return r.URL.Path
}

// from is the address a request came from: behind proxies that are trusted, the last one that is not.
func (g *Guard) from(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && g.trusts(host); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		host = hop.String()
	}
	return host
}

func (g *Guard) trusts(host string) bool {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, p := range g.Proxies {
		if p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

// How long a caller may take to send or take a piece, and how slow it may be over all.
const (
	pieceTime   = 30 * time.Second
	slowestRate = 8 << 10 // bytes a second
)

// answer notes what was answered and gives each write its time.
type answer struct {
	http.ResponseWriter
	control *http.ResponseController
	status  int
	bytes   int64
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	a.control.SetWriteDeadline(time.Now().Add(pieceTime)) // writers without deadlines are those of tests
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Flush sends what is written so far.
func (a *answer) Flush() { a.control.Flush() }

// patientBody waits for the caller only so long: 30 s, and longer by what has arrived.
type patientBody struct {
	io.ReadCloser
	control *http.ResponseController
	waited  time.Duration
	bytes   int64
}

func (b *patientBody) Read(p []byte) (int, error) {
	began := time.Now()
	left := pieceTime + time.Duration(b.bytes)*time.Second/slowestRate - b.waited
	b.control.SetReadDeadline(began.Add(min(left, pieceTime)))
	n, err := b.ReadCloser.Read(p)
	b.waited += time.Since(began)
	b.bytes += int64(n)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = fault.Wrap(fault.Invalid, err, "the body comes too slowly")
	case err != nil:
		// Left in place, the deadline would end the request while it is still being worked on.
		b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}
