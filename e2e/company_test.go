package e2e

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
)

// The made-up company is loaded once for all tests that look at it. They put there what only they look for, and take back
// what others would stumble over.
var shared struct {
	sync.Mutex
	dir    string // set by TestMain
	server *server
	// key is an API key of an administrator, cookie the session of Ana, who is one.
	key, cookie string
	// file is where a file that was sent waits to be taken in.
	file string
}

const (
	ana         = "ana@example.com"
	anaPassword = "a warm lamp in the hallway"
)

// madeUp is the running server with the made-up company, Ana as its administrator, something in quarantine, a segment and
// a dashboard.
func madeUp(t *testing.T) *server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		data := filepath.Join(shared.dir, "company")
		s := launchCompany(t, data)
		shared.server = s
		shared.key, shared.cookie = key(t, data, "admin"), firstAdmin(t, s)
		furnish(t, s)
	}
	// Errors belong to the test that looks now.
	here := *shared.server
	here.t = t
	return &here
}

// loaded guards a data folder with the made-up company as it was loaded, which takes as long as many tests together.
var loaded sync.Mutex

// launchCompany starts the made-up company in a data folder, with a copy of what was loaded once.
func launchCompany(t *testing.T, data string) *server {
	t.Helper()
	demo := func(data string) *server {
		return launch(t, data, exec.Command(binary, "demo", "--data", data, "--listen", "127.0.0.1:0"))
	}
	loaded.Lock()
	defer loaded.Unlock()
	first := filepath.Join(shared.dir, "loaded")
	if _, err := os.Stat(first); err != nil {
		demo(first).stop()
	}
	if err := os.CopyFS(data, os.DirFS(first)); err != nil {
		t.Fatal(err)
	}
	return demo(data)
}

// firstAdmin follows the set-up link as Ana and gives her session.
func firstAdmin(t *testing.T, s *server) string {
	t.Helper()
	link, err := url.Parse(s.setUpLink())
	if err != nil {
		t.Fatal(err)
	}
	return s.fill(t, "/setup/admin", "", url.Values{"token": {link.Query().Get("token")}, "name": {"Ana Popescu"}, "email": {ana}, "password": {anaPassword},
		"workspace": {"Northwind Route Planning"}, "zone": {"Europe/Chisinau"}, "currency": {"EUR"}, "language": {"en"}})
}

// fill sends a form with a session and gives the session that comes back, or the same.
func (s *server) fill(t *testing.T, path, session string, form url.Values) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	if session != "" {
		jar.SetCookies(base, []*http.Cookie{{Name: "keepwell_session", Value: session, Path: "/"}})
	}
	answer, err := (&http.Client{Jar: jar}).PostForm(s.url+path, form)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode >= 400 {
		t.Fatalf("%s: %s", path, answer.Status)
	}
	for _, c := range jar.Cookies(base) {
		if c.Name == "keepwell_session" {
			session = c.Value
		}
	}
	return session
}

// read is the text of a page or part of one, as Ana is sent it.
func (s *server) read(t *testing.T, path string) string {
	t.Helper()
	request, err := http.NewRequest("GET", s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.AddCookie(&http.Cookie{Name: "keepwell_session", Value: shared.cookie})
	a, err := send(request)
	if err != nil {
		t.Fatal(err)
	}
	return a.body
}

// upload sends a file as the page for files does and gives the path of the page that asks what its columns are.
func (s *server) upload(t *testing.T, kind, name, text string) string {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	err := w.WriteField("kind", kind)
	if part, failed := w.CreateFormFile("file", name); failed == nil {
		part.Write([]byte(text))
	}
	if err != nil || w.Close() != nil {
		t.Fatal("writing a form: ", err)
	}
	request, err := http.NewRequest("POST", s.url+"/start/file", &form)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", w.FormDataContentType())
	request.AddCookie(&http.Cookie{Name: "keepwell_session", Value: shared.cookie})
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("sending a file: %s", answer.Status)
	}
	return answer.Header.Get("Location")
}

func furnish(t *testing.T, s *server) {
	t.Helper()
	s.must(200, "/v1/batch", key(t, s.data, "ingest"), "application/json", `{"batch":[
		{"type":"page","anonymousId":"v-81","name":"Pricing","properties":{"url":"https://shop.example/pricing"}},
		{"type":"identify","userId":"ana.popescu","anonymousId":"v-81","traits":{"email":"ana@shop.example","name":"Ana Popescu"}},
		{"type":"group","userId":"ana.popescu","groupId":"shop","traits":{"name":"Shop","plan":"pro"}},
		{"type":"track","userId":"ana.popescu","event":"Report Run","messageId":"one"},
		{"type":"track","userId":"ana.popescu","event":"Report Run","messageId":"one"},
		{"type":"track","userId":"ana.popescu","event":"Report Shared","timestamp":"the day before yesterday"}]}`)
	s.fill(t, "/dashboards/pin", shared.cookie, url.Values{"metric": {"mrr"}, "question": {"period=12m&grain=month"}, "name": {"Monday review"}})
	template := regexp.MustCompile(`name="template" value="([^"]+)"`).FindStringSubmatch(s.read(t, "/journeys/new"))
	if template == nil {
		t.Fatal("no journey is offered to begin with")
	}
	s.fill(t, "/journeys", shared.cookie, url.Values{"template": {template[1]}, "everyone": {"1"}})
	s.fill(t, "/segments", shared.cookie, url.Values{"title": {"Large accounts"}, "segment": {"plan = enterprise"}})
	s.fill(t, "/health/scorecards/enterprise/backtest", shared.cookie, url.Values{"months": {"12"}})
	shared.file = s.upload(t, "accounts", "customers.csv", "Customer,Name,Tier\nnord,Nordwind Logistik,team\n,Nobody,team\n")
}

// enter is a window in which Ana is signed in, in a language.
func (s *server) enter(t *testing.T, page context.Context, lang string) {
	t.Helper()
	for name, value := range map[string]string{"keepwell_session": shared.cookie, "keepwell_lang": lang} {
		do(t, page, command(network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: s.url}))
	}
}

// pictures is a folder that tests put pictures of what they see into, "" for none.
var pictures = os.Getenv("KEEPWELL_PICTURES")

func keepPicture(t *testing.T, name string, shot []byte) {
	t.Helper()
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("/?=&%", r) {
			return '_'
		}
		return r
	}, name)
	if err := os.WriteFile(filepath.Join(pictures, name+".png"), shot, 0o644); err != nil {
		t.Fatal(err)
	}
}
