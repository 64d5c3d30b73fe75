package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/app"
	"github.com/keepwell/keepwell/internal/fault"
)

// reached is an installation that a command talks to: over HTTP, or opened in this process and asked the same way.
type reached struct {
	url, key string
	client   *http.Client
	app      *app.App // nil when a server was reached
}

// starting is how long a command waits for a server that has the data folder already and does not answer yet.
const starting = 15 * time.Second

// reach finds the installation: the server named by --server, the one that runs on the data folder, or the folder
// itself. Without fresh, a folder that does not exist is an error and not made.
func (sh *shell) reach(ctx context.Context, fresh bool) (*reached, error) {
	s := sh.settings
	if s.Server != "" {
		if s.Key == "" {
			return nil, &misused{errors.New("--server needs a key: give --key or set KEEPWELL_KEY")}
		}
		return &reached{url: s.Server, key: s.Key, client: http.DefaultClient}, nil
	}
	a, running, err := sh.openOrFind(ctx, fresh)
	if err != nil {
		return nil, err
	}
	if a == nil {
		return &reached{url: running.URL, key: running.Token, client: http.DefaultClient}, nil
	}
	r := &reached{url: "http://keepwell", key: a.Token(), client: &http.Client{Transport: inside{a.Handler()}}, app: a}
	if !fresh {
		// What the last run accepted belongs to the answer.
		if err := a.WaitLoaded(ctx); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return r, nil
}

// openOrFind is the server that runs on the data folder, or else the folder opened here. Whoever has the folder without
// answering may be a server that is not up yet, or busy: it is waited for.
func (sh *shell) openOrFind(ctx context.Context, fresh bool) (*app.App, app.Server, error) {
	s := sh.settings
	for began, told := time.Now(), false; ; {
		if running, ok := app.Running(ctx, s.Data); ok {
			return nil, running, nil
		}
		if _, err := os.Stat(s.Data); !fresh && errors.Is(err, os.ErrNotExist) {
			return nil, app.Server{}, fault.New(fault.NotFound, "there is no data folder").At("%s", s.Data).
				Mend("name it with --data, or a running server with --server and --key; keepwell demo or keepwell serve makes one")
		}
		a, err := app.Open(ctx, s, app.Options{Version: version(), Logger: sh.logger(true)})
		var taken *app.Taken
		if !errors.As(err, &taken) || time.Since(began) > starting {
			return a, app.Server{}, err
		}
		if waited := time.Since(began); waited > time.Second && !told {
			fmt.Fprintf(sh.err, "Another Keepwell has the data folder and does not answer yet; waiting up to %s for it\n", starting)
			told = true
		}
		select {
		case <-time.After(250 * time.Millisecond):
		case <-ctx.Done():
			return nil, app.Server{}, ctx.Err()
		}
	}
}

// leave closes what reach opened; err is how the command ended so far.
func (r *reached) leave(err error) error {
	if r.app == nil {
		return err
	}
	return errors.Join(err, r.app.Close())
}

// plainBody is a body that is sent as it is; others are sent as JSON.
type plainBody string

// ask sends a request and gives the answer's body, or the problem it tells of.
func (r *reached) ask(ctx context.Context, method, path string, query url.Values, body any) (io.ReadCloser, error) {
	var text io.Reader
	contentType := "application/json"
	switch body := body.(type) {
	case nil:
	case plainBody:
		text, contentType = strings.NewReader(string(body)), "text/plain"
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		text = strings.NewReader(string(raw))
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	q, err := http.NewRequestWithContext(ctx, method, r.url+path, text)
	if err != nil {
		return nil, err
	}
	q.Header.Set("Authorization", "Bearer "+r.key)
	q.Header.Set("User-Agent", "keepwell/"+version())
	if body != nil {
		q.Header.Set("Content-Type", contentType)
	}
	a, err := r.client.Do(q)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the server can't be reached").At("%s", r.url).Mend("is it running, and is the address right?")
	}
	if a.StatusCode/100 == 2 {
		return a.Body, nil
	}
	defer a.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(a.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	return nil, api.ReadProblem(a.StatusCode, raw)
}

// read is ask for an answer in JSON.
func (r *reached) read(ctx context.Context, method, path string, query url.Values, body, into any) error {
	answer, err := r.ask(ctx, method, path, query, body)
	if err != nil {
		return err
	}
	defer answer.Close()
	if err := json.NewDecoder(answer).Decode(into); err != nil {
		return fault.Wrap(fault.Internal, err, "the server's answer is not understood").Mend("is it of the same version? see keepwell version")
	}
	return nil
}

// inside carries requests to a handler in this process.
type inside struct{ handler http.Handler }

// RoundTrip answers as soon as the handler has decided on the status; the body follows as it is written.
func (t inside) RoundTrip(r *http.Request) (*http.Response, error) {
	from, to := io.Pipe()
	w := &pipeAnswer{head: http.Header{}, body: to, begun: make(chan int, 1)}
	in := r.Clone(r.Context())
	in.RemoteAddr, in.RequestURI = "127.0.0.1:0", r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	go func() {
		defer func() {
			if p := recover(); p != nil {
				w.broken = fmt.Errorf("the answer broke off: %v", p)
			}
			w.WriteHeader(http.StatusOK)
			to.CloseWithError(w.broken)
		}()
		t.handler.ServeHTTP(w, in)
	}()
	select {
	case status := <-w.begun:
		return &http.Response{StatusCode: status, Status: fmt.Sprint(status, " ", http.StatusText(status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: w.sent, Body: from, ContentLength: -1, Request: r}, nil
	case <-r.Context().Done():
		from.CloseWithError(r.Context().Err())
		return nil, r.Context().Err()
	}
}

type pipeAnswer struct {
	head, sent http.Header
	body       *io.PipeWriter
	begun      chan int
	broken     error
}

func (w *pipeAnswer) Header() http.Header { return w.head }

func (w *pipeAnswer) WriteHeader(status int) {
	if w.sent == nil && status >= 200 {
		w.sent = w.head.Clone()
		w.begun <- status
	}
}

func (w *pipeAnswer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// Flush does nothing: what is written is read at once.
func (w *pipeAnswer) Flush() {}
