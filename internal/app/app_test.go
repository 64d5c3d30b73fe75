package app

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/config"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

func settings(t *testing.T, data string) *config.Settings {
	t.Helper()
	s, err := config.Load(map[string]string{"data": data, "listen": "127.0.0.1:0", "memory-limit": "512MB"}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t *testing.T, data string) *App {
	t.Helper()
	a, err := Open(context.Background(), settings(t, data), Options{Version: "test", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func shut(t *testing.T, a *App) {
	t.Helper()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

// call sends a request with the local token, or with another key as Basic user.
func (a *App) call(t *testing.T, method, path, body, writeKey string) string {
	t.Helper()
	code, answer := a.reply(method, path, body, writeKey)
	if code/100 != 2 {
		t.Fatalf("%s %s: %d %s", method, path, code, answer)
	}
	return answer
}

// reply is the answer to a request, whatever it is.
func (a *App) reply(method, path, body, writeKey string) (int, string) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+a.Token())
	if writeKey != "" {
		r.SetBasicAuth(writeKey, "")
	}
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func (a *App) count(t *testing.T, kind string) int64 {
	t.Helper()
	s, err := a.Status(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range s.Facts {
		if k.Kind == kind {
			return k.Count
		}
	}
	t.Fatalf("no kind %s", kind)
	return 0
}

func TestAKeyIsMadeFactsAreSentAndTheMetricCountsThem(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	a := open(t, data)
	var key struct{ Key string }
	if err := json.Unmarshal([]byte(a.call(t, "POST", "/api/v1/keys", `{"name":"web","scope":"ingest"}`, "")), &key); err != nil {
		t.Fatal(err)
	}
	at := time.Now().UTC().Add(-time.Minute)
	for _, user := range []string{"u1", "u2", "u1"} {
		a.call(t, "POST", "/v1/track?wait=loaded", `{"event":"opened","userId":"`+user+`","timestamp":"`+at.Format(time.RFC3339)+`"}`, key.Key)
	}
	day := at.Format(time.DateOnly)
	if got := a.call(t, "GET", "/api/v1/metrics/dau?from="+day+"&to="+at.AddDate(0, 0, 1).Format(time.DateOnly), "", ""); !strings.Contains(got, `"value":2,`) {
		t.Error(got)
	}
	if info, err := os.Stat(data); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	before := a.count(t, "events")
	shut(t, a)
	a = open(t, data)
	defer shut(t, a)
	if got := a.count(t, "events"); got != before || got == 0 {
		t.Errorf("%d events after a restart, %d before", got, before)
	}
}

func TestAQuarantinedCallIsReplayedThroughItsDoorOnce(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	var key struct{ Key string }
	json.Unmarshal([]byte(a.call(t, "POST", "/api/v1/keys", `{"name":"web","scope":"ingest"}`, "")), &key)
	said := a.call(t, "POST", "/v1/batch?wait=loaded", `{"batch":[{"type":"track","event":"fine","userId":"u1"},{"type":"track","event":"nobody"}]}`, key.Key)
	if !strings.Contains(said, `"quarantined"`) || a.count(t, "events") != 1 {
		t.Fatal(said)
	}
	var page struct {
		Quarantined []struct{ ID, Reason string }
	}
	if err := json.Unmarshal([]byte(a.call(t, "GET", "/api/v1/quarantine?status=open", "", "")), &page); err != nil || len(page.Quarantined) != 1 {
		t.Fatal(err, page)
	}
	path := "/api/v1/quarantine/" + page.Quarantined[0].ID
	if err := (replaying{a.store, a.segment}).Replay(context.Background(), page.Quarantined[0].ID); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unmended call is replayed: %v", err)
	}
	a.call(t, "PATCH", path, `{"body":{"type":"track","event":"somebody","userId":"u2"},"replay":true}`, "")
	if err := a.WaitLoaded(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := a.count(t, "events"); got != 2 {
		t.Errorf("%d events", got)
	}
	if err := (replaying{a.store, a.segment}).Replay(context.Background(), page.Quarantined[0].ID); fault.KindOf(err) != fault.Conflict {
		t.Errorf("it is replayed a second time: %v", err)
	}
}

func TestADataFolderInUseIsNotOpenedTwice(t *testing.T) {
	data := t.TempDir()
	a := open(t, data)
	_, err := Open(context.Background(), settings(t, data), Options{Logger: slog.New(slog.DiscardHandler)})
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "--data") {
		t.Error(err)
	}
	shut(t, a)
	shut(t, open(t, data))
}

func TestADataFolderThatCanNotBeWrittenSaysSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := settings(t, t.TempDir())
	s.Data = filepath.Join(file, "data")
	_, err := Open(context.Background(), s, Options{Logger: slog.New(slog.DiscardHandler)})
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "the data folder can't be made") || !strings.Contains(err.Error(), "--data") {
		t.Error(err)
	}
}

func TestALogThatWasMovedAwayIsBegunWhereTheLakeIs(t *testing.T) {
	data := t.TempDir()
	a := open(t, data)
	a.call(t, "POST", "/api/v1/facts/events?wait=loaded", `{"name":"one","user_id":"u","ts":"2026-03-01"}`, "")
	shut(t, a)
	if err := os.RemoveAll(filepath.Join(data, logFolder)); err != nil {
		t.Fatal(err)
	}
	a = open(t, data)
	defer shut(t, a)
	a.call(t, "POST", "/api/v1/facts/events?wait=loaded", `[{"name":"one","user_id":"u","ts":"2026-03-01"},{"name":"two","user_id":"u","ts":"2026-03-01"}]`, "")
	if got := a.count(t, "events"); got != 2 {
		t.Errorf("%d events", got)
	}
}

func TestRunSaysWhereItIsAndTakesItBack(t *testing.T) {
	data := t.TempDir()
	a := open(t, data)
	defer shut(t, a)
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- a.Run(ctx, func(url string) { ready <- url }) }()
	url := <-ready
	found, ok := Running(context.Background(), data)
	if !ok || found.URL != url || found.PID != os.Getpid() {
		t.Errorf("%+v %v", found, ok)
	}
	if info, err := os.Stat(filepath.Join(data, serverFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	link, err := a.SetupLink(ctx)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK || !bytes.Contains(page, []byte("<form")) {
		t.Errorf("%d %s", answer.StatusCode, page)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, ok := Running(context.Background(), data); ok {
		t.Error("it still says that it runs")
	}
	// What a server that died left behind does not count.
	if err := announce(data, found); err != nil {
		t.Fatal(err)
	}
	if _, ok := Running(context.Background(), data); ok {
		t.Error("a server that does not answer counts as running")
	}
}

func TestTroubleShowsInHealth(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	if got := a.call(t, "GET", "/healthz", "", ""); got != "ready\n" {
		t.Error(got)
	}
	a.loading.start("a job", func(context.Context) error { panic("secret") })
	for end := time.Now().Add(5 * time.Second); len(a.Trouble()) == 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/healthz", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "a job has ended") || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestVerdictsAreShownAfterARestart(t *testing.T) {
	data := t.TempDir()
	a := open(t, data)
	a.call(t, "POST", "/api/v1/facts/events", `{"name":"one","user_id":"u","ts":"2026-03-01"}`, "")
	shut(t, a)
	a = open(t, data)
	defer shut(t, a)
	a.call(t, "POST", "/api/v1/facts/orders", `{"user_id":"u","ts":"2026-03-01","amount":1,"currency":"EUR"}`, "")
	verdicts, err := (overview{a}).Verdicts(team.WithPrincipal(t.Context(), team.Principal{Kind: team.ByLocal, Scope: team.Admin}), 10)
	if err != nil || len(verdicts) != 2 || verdicts[0].Kind != "orders" || verdicts[1].Kind != "events" || verdicts[1].Verdict != "accepted" {
		t.Errorf("%+v %v", verdicts, err)
	}
}

func TestNobodyElseReadsTheDataFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	a := open(t, data)
	defer shut(t, a)
	a.call(t, "POST", "/api/v1/facts/events?wait=loaded", `{"name":"one","user_id":"u","ts":"2026-03-01"}`, "")
	files := 0
	err := filepath.WalkDir(data, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %s", path, info.Mode())
		}
		files++
		return err
	})
	if err != nil || files < 6 {
		t.Errorf("%d files, %v", files, err)
	}
}
