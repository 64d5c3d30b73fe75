package main

import (
	"errors"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/demo"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/lake"
)

// A page is asked for so often, as long as that takes no longer: the 95th percentile leaves out the slowest answer.
const (
	askedTimes = 30
	askedFor   = 20 * time.Second
)

// paths are what people open; what is put together from parts names them, and every part is a request of its own.
var paths = []string{
	"/", "/home/attention", "/home/movements", "/home/changes", "/home/renewals", "/home/bands", "/home/tile/mrr", "/home/tile/nps", "/home/tile/customer_churn_rate", // parts, which a lake without feeds does not name
	"/accounts", "/accounts?q=log&sort=-mrr", "/accounts?segment=plan+%3D+enterprise+and+mrr+%3E+1000", "/accounts/acc-0066", "/contacts", "/contacts?q=an", "/search?q=log", "/palette?q=log",
	"/segments", "/segments/new?segment=plan+%3D+enterprise", "/segments/compare", "/feedback", "/feedback?kind=nps",
	"/metrics", "/metrics/nps", "/metrics/mrr?period=12m&grain=month", "/metrics/nrr", "/metrics/mau?period=90d&grain=day", "/guide",
	"/explore", "/explore/retention", "/explore/revenue", "/explore/survival", "/explore/features", "/explore/pages", "/explore/paths",
	"/dashboards", "/start", "/facts", "/feeds", "/quarantine", "/settings", "/settings/policies", "/settings/keys", "/settings/users", "/settings/audit",
}

var partOf = regexp.MustCompile(`hx-get="(/[^"]*)"[^>]*hx-trigger="(?:load|intersect)`)

// pages asks for every page as a browser does, over the made-up company and over one of a thousandth as many accounts as
// there are events.
func (b *bench) pages() error {
	for _, c := range []struct {
		name, title string
		company     demo.Options
		events      int
		goal        float64
	}{
		{"company", "Pages over the made-up company", demo.Options{}, 0, 100},
		{"large-company", "Pages over " + number(float64(b.accounts())) + " accounts", demo.Options{Accounts: b.accounts(), Contacts: 8 * b.accounts()}, b.scale.events, 250},
	} {
		if b.only.company != "" && c.name != b.only.company {
			continue
		}
		data := filepath.Join(b.dir, c.name)
		if _, err := os.Stat(data); err != nil { // what -dir has kept is asked again
			if data, err = b.folder(c.name); err != nil {
				return err
			}
			if err := b.makeUp(data, c.company, c.events); err != nil {
				return err
			}
		}
		if err := b.askPages(data, c.title, c.goal); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) accounts() int { return max(40, b.scale.events/1000) }

// eventsAnAccount is about how many events the made-up company has for each account, at eight contacts each.
const eventsAnAccount = 1200

// makeUp loads a made-up company straight into the lake of a data folder, with about so many events: of those that it has
// more, some are left out evenly. With 0 all of them stay.
func (b *bench) makeUp(data string, o demo.Options, wanted int) error {
	l, err := lake.Open(b.ctx, lake.Options{Path: filepath.Join(data, "lake.duckdb")})
	if err != nil {
		return err
	}
	defer l.Close()
	o.Seed, o.Until, o.Zone = 1, time.Now().UTC(), time.UTC
	share := 1.0
	if wanted > 0 {
		share = float64(wanted) / float64(eventsAnAccount*o.Accounts)
	}
	chance := rand.New(rand.NewPCG(4, 20))
	cursor, lot, events := uint64(1), []*fact.Fact{}, 0
	load := func() error {
		cursor++
		if err := l.Load(b.ctx, lot, cursor); err != nil {
			return err
		}
		lot = lot[:0]
		if cursor%4 == 0 {
			return l.Merge(b.ctx)
		}
		return b.ctx.Err()
	}
	if err := demo.Generate(o, func(facts []*fact.Fact) error {
		for _, f := range facts {
			if f.Kind == fact.Events {
				if chance.Float64() >= share {
					continue
				}
				events++
			}
			lot = append(lot, f)
		}
		if len(lot) < 100_000 {
			return nil
		}
		return load()
	}); err != nil {
		return err
	}
	err = errors.Join(load(), l.Merge(b.ctx), l.Checkpoint(b.ctx))
	b.report.note("%s: %s events and what belongs to them", filepath.Base(data), number(float64(events)))
	return err
}

// askPages signs in and asks for every page and part again and again. The ceiling is a page that asks nothing.
func (b *bench) askPages(data, title string, goal float64) error {
	b.report.title(title)
	key, err := b.key(data, "admin")
	if err != nil {
		return err
	}
	s, err := b.serve(data, "--currency", "EUR") // without one pages would say that, in no time, instead of amounts
	if err != nil {
		return err
	}
	defer s.stop()
	if err := s.settle(); err != nil {
		return err
	}
	reader, err := s.signIn(key)
	if err != nil {
		return err
	}
	type request struct {
		path string
		part bool // as htmx asks for it
	}
	var ask []request
	more, err := s.arranged(reader, key)
	if err != nil {
		return err
	}
	for _, path := range slices.Concat(paths, more) {
		ask = append(ask, request{path, false})
	}
	var ceiling float64
	var slow []string
	b.report.note("%-58s %9s %9s %9s", "ms", "first", "p50", "p95")
	asked := 0
	for i := 0; i < len(ask); i++ {
		if !strings.Contains(ask[i].path, b.only.page) {
			continue
		}
		asked++
		var took []time.Duration
		for n, start := 0, time.Now(); n < askedTimes && (n < 3 || time.Since(start) < askedFor); n++ {
			began := time.Now()
			text, err := reader.whole(s.url+ask[i].path, ask[i].part)
			if err != nil {
				return err
			}
			took = append(took, time.Since(began))
			if n == 0 {
				start = time.Now() // what is found first takes as long as it takes, and stands apart
			}
			for _, m := range partOf.FindAllStringSubmatch(text, -1) {
				if part := (request{html.UnescapeString(m[1]), true}); n == 0 && !slices.Contains(ask, part) {
					ask = append(ask, part)
				}
			}
		}
		first := float64(took[0].Microseconds()) / 1000
		p50, p95 := quantile(took, 0.5), quantile(took, 0.95)
		if ask[i].path == "/explore" {
			ceiling = p95
		}
		said, what := "", ask[i].path
		if ask[i].part {
			what = "  part " + what
		}
		if p95 > goal {
			said = "MISSED"
			slow = append(slow, fmt.Sprintf("%s (%.0f ms)", strings.TrimSpace(what), p95))
		}
		b.report.note("%-58.58s %9.1f %9.1f %9.1f %s", what, first, p50, p95, said)
	}
	b.report.figure("a page that asks nothing, 95th percentile", ceiling, "ms", "")
	b.report.figure("pages and parts above the goal", float64(len(slow)), "", verdict(len(slow) == 0)+fmt.Sprintf(" (goal: all of %d within %.0f ms) ", asked, goal)+strings.Join(slow, ", "))
	return s.stop()
}

// browser is somebody who is signed in.
type browser struct{ cookie *http.Cookie }

// signIn gives the key to the page that asks for it.
func (s *server) signIn(key string) (*browser, error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(s.url+"/signin", url.Values{"key": {key}})
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	for _, c := range answer.Cookies() {
		if c.Name == "keepwell_session" {
			return &browser{c}, nil
		}
	}
	return nil, fmt.Errorf("signing in: %s", answer.Status)
}

// whole reads a page or a part, and asks again for one that is still being counted, as the page does.
func (b *browser) whole(address string, part bool) (text string, err error) {
	for range 20 {
		if text, err = b.read(address, part); !errors.Is(err, errCounting) {
			break
		}
		time.Sleep(time.Second)
	}
	return text, err
}

var errCounting = errors.New("it is still being counted")

func (b *browser) read(address string, part bool) (string, error) {
	request, err := http.NewRequest("GET", address, nil)
	if err != nil {
		return "", err
	}
	request.AddCookie(b.cookie)
	if part {
		request.Header.Set("HX-Request", "true")
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if answer.StatusCode == http.StatusServiceUnavailable && answer.Header.Get("Retry-After") != "" {
		return "", errCounting
	}
	if err == nil && answer.StatusCode >= 400 {
		err = fmt.Errorf("%s: %s\n%.500s", address, answer.Status, body)
	}
	if _, wrong, found := strings.Cut(string(body), `class="notice poor"`); err == nil && found { // which is said sooner than an answer
		err = fmt.Errorf("%s shows that something is wrong: %.300s", address, wrong)
	}
	return string(body), err
}
