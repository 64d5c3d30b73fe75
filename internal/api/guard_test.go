package api

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func guarded(t *testing.T, h http.HandlerFunc) (*httptest.Server, *bytes.Buffer) {
	t.Helper()
	var said bytes.Buffer
	s := httptest.NewServer(&Guard{Next: h, Logger: slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(s.Close)
	return s, &said
}

func TestNoSecretOfARequestIsLogged(t *testing.T) {
	s, said := guarded(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	for _, path := range []string{"/v1/track?writeKey=hunter2", "/setup/hunter2", "/hooks/stripe/hunter2"} {
		r, _ := http.NewRequest("POST", s.URL+path, strings.NewReader("hunter2"))
		r.Header.Set("Authorization", "Bearer hunter2")
		r.Header.Set("X-Forwarded-For", "203.0.113.9, 127.0.0.2")
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		if id := a.Header.Get("X-Request-Id"); id == "" || !strings.Contains(said.String(), id) {
			t.Errorf("the request %q is not in the log", id)
		}
	}
	if got := said.String(); strings.Contains(got, "hunter2") || strings.Count(got, "from=203.0.113.9") != 3 {
		t.Error(got)
	}
}

func TestAnAnswerThatBreaksOffLooksBroken(t *testing.T) {
	s, said := guarded(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("half"))
		w.(http.Flusher).Flush()
		panic("a mistake")
	})
	a, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if text, err := io.ReadAll(a.Body); err == nil {
		t.Errorf("it ends like a whole answer: %s", text)
	}
	if !strings.Contains(said.String(), "a mistake") {
		t.Errorf("the log does not say why: %s", said)
	}
}

// slowBody gives nothing until it is closed.
type slowBody struct{ closed chan struct{} }

func (b slowBody) Read([]byte) (int, error) { <-b.closed; return 0, io.EOF }

func TestACallerWhoSendsNothingIsWaitedForOnlySoLong(t *testing.T) {
	got := make(chan error, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := &patientBody{ReadCloser: r.Body, control: http.NewResponseController(w), waited: pieceTime - 50*time.Millisecond}
		_, err := io.ReadAll(body)
		got <- err
	}))
	defer s.Close()
	slow := slowBody{make(chan struct{})}
	go http.Post(s.URL, "text/csv", slow) // what it is answered does not matter
	select {
	case err := <-got:
		if err == nil || !strings.Contains(err.Error(), "too slowly") {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("still waiting")
	}
	close(slow.closed)
}
