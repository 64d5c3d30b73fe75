package ingest

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
)

// loadPatience is how long a call with ?wait=loaded waits.
const loadPatience = 15 * time.Second

// Keys knows write keys. It is asked for every request, so answers must be quick.
type Keys interface {
	// WriteKey gives the id of the key. Errors: fault.Unauthenticated for one that is unknown or revoked,
	// fault.Forbidden for one that may not send, fault.TooMany for one that sends too much.
	WriteKey(ctx context.Context, key string) (id string, err error)
}

// Segment is the Segment HTTP tracking API: POST /v1/{identify,group,track,page,screen,alias,batch}. It answers 200 once
// every call is durable, as facts or in quarantine, with a verdict for each.
type Segment struct {
	Door       *Door
	Loader     *Loader
	Keys       Keys
	Quarantine Quarantine
	Feed       *Feed
	// Zone is the workspace's; dates without one are read in it.
	Zone *time.Location
	// Currency is taken for amounts that name none.
	Currency string
	Now      func() time.Time

	joined joined
}

func (s *Segment) intake(source string, received time.Time) *intake {
	return &intake{source: source, zone: s.Zone, currency: s.Currency, received: received, joined: &s.joined}
}

// ServeHTTP answers below /v1/, to pages of any origin.
func (s *Segment) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodOptions {
		h := w.Header()
		h.Set("Access-Control-Allow-Methods", "POST")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Content-Encoding, X-Retry-Count")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	kind := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	switch kind {
	case "identify", "group", "track", "page", "screen", "alias", "batch":
	default:
		sendProblem(w, fault.New(fault.NotFound, "there is no call %q", clip(kind)).
			Mend("use identify, group, track, page, screen, alias or batch"))
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST, OPTIONS")
		http.Error(w, "calls are sent with POST", http.StatusMethodNotAllowed)
		return
	}
	body := bodies.Get().(*body)
	defer bodies.Put(body)
	in, err := s.take(w, r, kind, body)
	if err != nil {
		sendProblem(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	body.answer = appendVerdicts(body.answer[:0], in.calls)
	w.Write(body.answer)
}

func (s *Segment) take(w http.ResponseWriter, r *http.Request, kind string, b *body) (*intake, error) {
	ctx := r.Context()
	in := s.intake("", s.Now())
	in.calls = b.calls[:0]
	defer func() { b.calls = in.calls }()
	key, _, _ := r.BasicAuth()
	if key == "" {
		key = r.URL.Query().Get("writeKey")
	}
	if key != "" { // otherwise it is in the body
		if err := s.authenticate(ctx, in, key); err != nil {
			return nil, err
		}
	}
	limit := maxCall
	if kind == "batch" {
		limit = maxBatch
	}
	raw, err := b.read(w, r, limit)
	if err != nil {
		return nil, err
	}
	reader := fact.NewJSONReader(raw)
	if kind == "batch" {
		err = in.readEnvelope(&reader)
	} else {
		in.readCall(&reader, raw, kind)
		err = reader.End()
	}
	if key == "" && in.writeKey != "" {
		if err := s.authenticate(ctx, in, in.writeKey); err != nil {
			return nil, err
		}
	} else if key == "" {
		return nil, fault.New(fault.Unauthenticated, "the write key is missing").
			Mend("send it as the user name of Basic authentication, or as writeKey")
	}
	if err != nil {
		var broken *fact.JSONError
		if errors.As(err, &broken) {
			return nil, fault.New(fault.Invalid, "%s", broken.Error())
		}
		return nil, err
	}
	in.build()
	// Held calls first: were the order the other way round and this failed, the answer to the sender's second try would
	// still be right, but a crash in between would lose them.
	if held := in.held(); len(held) > 0 {
		if err := s.Quarantine.Add(ctx, held); err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "calls that can't be used could not be kept").Mend("send them again").After(time.Second)
		}
	}
	receipt, err := in.deliver(ctx, s.Door)
	if err != nil {
		return nil, err
	}
	s.Feed.note(in)
	if r.URL.Query().Get("wait") == "loaded" {
		return in, waitLoaded(ctx, s.Loader, receipt.End)
	}
	return in, nil
}

func (s *Segment) authenticate(ctx context.Context, in *intake, key string) error {
	id, err := s.Keys.WriteKey(ctx, key)
	in.source = "key:" + id
	return err
}

// body is the room for reading one request and writing its answer; all of it is used again.
type body struct {
	raw    []byte
	zip    gzip.Reader
	calls  []call
	answer []byte
}

var bodies = sync.Pool{New: func() any { return new(body) }}

// read reads a body of at most limit bytes, also after unpacking. One that says it is longer isn't read at all.
func (b *body) read(w http.ResponseWriter, r *http.Request, limit int) ([]byte, error) {
	if r.ContentLength > int64(limit) {
		w.Header().Set("Connection", "close") // so that nobody waits for the rest
		return nil, tooLarge("the body", limit)
	}
	from, err := unpack(http.MaxBytesReader(w, r.Body, int64(limit)), r.Header.Get("Content-Encoding"), &b.zip)
	if err != nil {
		return nil, err
	}
	b.raw = b.raw[:0]
	for {
		if len(b.raw) == cap(b.raw) {
			b.raw = append(b.raw, 0)[:len(b.raw)]
		}
		n, err := from.Read(b.raw[len(b.raw):cap(b.raw)])
		b.raw = b.raw[:len(b.raw)+n]
		switch {
		case len(b.raw) > limit:
			return nil, tooLarge("the unpacked body", limit)
		case err == io.EOF:
			return b.raw, nil
		case err != nil:
			return nil, unreadable(err)
		}
	}
}

// unpack reads through gzip when the sender says so.
func unpack(from io.Reader, encoding string, zip *gzip.Reader) (io.Reader, error) {
	switch strings.ToLower(encoding) {
	case "", "identity":
		return from, nil
	case "gzip":
		if err := zip.Reset(from); err != nil {
			return nil, unreadable(err)
		}
		return zip, nil
	}
	return nil, fault.New(fault.Invalid, "the body has the encoding %q", clip(encoding)).Mend("send it plain or with gzip")
}

// unreadable says why a body could not be read.
func unreadable(err error) error {
	var much *http.MaxBytesError
	switch {
	case errors.As(err, &much):
		return tooLarge("the body", int(much.Limit))
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fault.Wrap(fault.Invalid, err, "the body is cut off or not gzip as its header says")
	}
	return fault.Wrap(fault.Invalid, err, "the body could not be read")
}

func tooLarge(what string, limit int) error {
	return fault.New(fault.TooLarge, "%s is longer than %d KB", what, limit>>10).Mend("send smaller pieces")
}

// waitLoaded waits until what was accepted up to a position shows in answers.
func waitLoaded(ctx context.Context, l *Loader, end log.Position) error {
	ctx, cancel := context.WithTimeout(ctx, loadPatience)
	defer cancel()
	err := l.WaitLoaded(ctx, end)
	if errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(fault.Unavailable, err, "the facts are accepted and durable, but not loaded yet").After(time.Second)
	}
	return err
}

func appendVerdicts(out []byte, calls []call) []byte {
	out = append(out, `{"success":true,"verdicts":[`...)
	for i := range calls {
		if i > 0 {
			out = append(out, ',')
		}
		v := calls[i].verdict()
		out = append(out, '{')
		if v.MessageID != "" {
			out = fact.AppendJSONString(append(out, `"messageId":`...), v.MessageID)
			out = append(out, ',')
		}
		out = fact.AppendJSONString(append(out, `"verdict":`...), string(v.Outcome))
		if v.Rule != "" {
			out = fact.AppendJSONString(append(out, `,"rule":`...), v.Rule)
			out = fact.AppendJSONString(append(out, `,"reason":`...), v.Reason)
		}
		out = append(out, '}')
	}
	return append(out, "]}\n"...)
}

// sendProblem answers with an error as RFC 9457 has it.
func sendProblem(w http.ResponseWriter, err error) {
	p := fault.Problem(err)
	if p.Status >= http.StatusInternalServerError {
		slog.Error("calls were not taken in", "error", err)
	}
	if wait := fault.RetryAfter(err); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="write key"`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}
