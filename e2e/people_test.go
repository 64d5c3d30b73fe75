package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/postgrestest"
)

// get asks the JSON API.
func (s *server) get(path, key string) string {
	s.t.Helper()
	request, err := http.NewRequest("GET", s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	a, err := send(request)
	if err != nil || a.status != 200 {
		s.t.Fatalf("GET %s: %d %v %s", path, a.status, err, a.body)
	}
	return a.body
}

// undone joins a visitor's page views and events to a person by an identify and takes that back.
func undone(t *testing.T, flags ...string) {
	data := t.TempDir()
	flags = append(flags, "--data", data)
	admin := strings.TrimSpace(run(t, append([]string{"key", "create", "all", "--scope", "admin"}, flags...)...))
	s := serve(t, data, flags...)
	day := time.Now().UTC().AddDate(0, 0, -2).Format(time.DateOnly)
	at := func(clock string) string { return `"ts":"` + day + "T" + clock + `Z"` }
	add := func(kind, rows string) {
		t.Helper()
		s.must(200, "/api/v1/facts/"+kind+"?wait=loaded", admin, "application/json", rows)
	}
	add("pages", `[{"id":"p1","anonymous_id":"phone","path":"/","name":"home",`+at("09:00:00")+`},{"id":"p2","anonymous_id":"phone","user_id":"ana","name":"home",`+at("12:00:00")+`}]`)
	add("events", `[{"id":"e1","anonymous_id":"phone","name":"look",`+at("09:01:00")+`}]`)
	add("memberships", `[{"id":"m1","user_id":"ana","account_id":"shop","role":"admin",`+at("08:00:00")+`}]`)
	tomorrow := "to=" + time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly)
	want := func(when string, visitors, known float64, person string) {
		t.Helper()
		if got := s.value(admin, "unique_visitors", "from="+day, tomorrow); got != visitors {
			t.Errorf("%s: %v unique visitors, want %v", when, got, visitors)
		}
		if got := s.value(admin, "mau", "from="+day, tomorrow); got != known {
			t.Errorf("%s: %v known people did something, want %v", when, got, known)
		}
		if got := s.get("/api/v1/people?anonymous_id=phone", admin); !strings.Contains(got, person) || strings.Contains(got, `"account_id":"shop"}`) != (known == 1) {
			t.Errorf("%s: the visitor is %s", when, got)
		}
	}
	want("before anybody is identified", 2, 0, `{"anonymous_id":"phone"`)
	add("links", `[{"id":"l1","action":"identify","anonymous_id":"phone","user_id":"ana",`+at("12:00:00")+`}]`)
	want("identified", 1, 1, `{"user_id":"ana"`)
	if got := s.get("/api/v1/people?user_id=ana&on="+day, admin); !strings.Contains(got, `"joined":[{"anonymous_id":"phone","action":"identify",`+at("12:00:00")) ||
		!strings.Contains(got, `{"account_id":"shop","role":"admin","since":"`+day+`T08:00:00Z"}`) {
		t.Errorf("ana is %s", got)
	}
	if got := s.get("/api/v1/accounts/shop/members?on="+day, admin); !strings.Contains(got, `"members":[{"user_id":"ana","role":"admin"`) {
		t.Errorf("members: %s", got)
	}
	add("links", `[{"id":"l2","action":"undo","anonymous_id":"phone",`+at("13:00:00")+`}]`)
	want("undone", 2, 0, `{"anonymous_id":"phone"`)
	s.stop()
	run(t, append([]string{"check"}, flags...)...)
}

func TestAnIdentifyThatIsUndoneCountsNoMore(t *testing.T) {
	t.Parallel()
	t.Run("duckdb", func(t *testing.T) { undone(t) })
	t.Run("postgres", func(t *testing.T) { undone(t, "--database", postgrestest.Start(t)) })
}
