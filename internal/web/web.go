// Package web is Keepwell in a browser: pages rendered here, little script, no build step.
//
// routes.go is the map. ui holds what all pages share; every area has a folder of its own with its handlers beside their
// templates, and declares the little it needs of others. The JSON API and the doors for facts are packages api and
// ingest; listening is left to app.
package web

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/accounts"
	"github.com/keepwell/keepwell/internal/web/backtests"
	"github.com/keepwell/keepwell/internal/web/cases"
	"github.com/keepwell/keepwell/internal/web/connect"
	"github.com/keepwell/keepwell/internal/web/contacts"
	"github.com/keepwell/keepwell/internal/web/dashboards"
	"github.com/keepwell/keepwell/internal/web/explore"
	"github.com/keepwell/keepwell/internal/web/feedback"
	"github.com/keepwell/keepwell/internal/web/feeds"
	"github.com/keepwell/keepwell/internal/web/forecast"
	"github.com/keepwell/keepwell/internal/web/health"
	"github.com/keepwell/keepwell/internal/web/home"
	"github.com/keepwell/keepwell/internal/web/journey"
	"github.com/keepwell/keepwell/internal/web/judging"
	"github.com/keepwell/keepwell/internal/web/live"
	"github.com/keepwell/keepwell/internal/web/metrics"
	"github.com/keepwell/keepwell/internal/web/movements"
	"github.com/keepwell/keepwell/internal/web/policies"
	"github.com/keepwell/keepwell/internal/web/quarantine"
	"github.com/keepwell/keepwell/internal/web/scorecards"
	"github.com/keepwell/keepwell/internal/web/search"
	"github.com/keepwell/keepwell/internal/web/segments"
	"github.com/keepwell/keepwell/internal/web/settings"
	"github.com/keepwell/keepwell/internal/web/signin"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Clinic is what all pages about health ask.
type Clinic interface {
	health.Clinic
	scorecards.Clinic
	movements.Clinic
	cases.Clinic
	judging.Clinic
}

// Options is what the pages need.
type Options struct {
	// Zone is the workspace's zone.
	Zone *time.Location
	Now  func() time.Time
	// Report hears of errors that are shown to nobody.
	Report func(error)
	// Address is where the product is reached from outside, such as https://keepwell.example.com; empty when unknown.
	// With https, cookies are sent over TLS only.
	Address string

	Keys      signin.Keys
	Sessions  signin.Sessions
	People    settings.Store
	Workplace signin.Workplace
	// Mail posts a mail, nil when no mail is sent; OpenID is the provider people may sign in with, nil for none.
	Mail   func(to, subject, text string) bool
	OpenID *signin.OpenID
	// Base is where the server is reached, as far as it knows; Forget is called when a key was revoked.
	Base   func() string
	Forget func()

	// News is what pages are told of while they are open.
	News       *live.News
	Overview   feeds.Overview
	Sightings  feeds.Sightings
	Quarantine quarantine.Calls
	Metrics    Metrics
	Boards     Boards
	Ways       policies.Ways
	// Files takes files in, which wait in Folder meanwhile.
	Files     connect.Files
	Folder    string
	Sample    Sample
	Backups   settings.Backups
	Facts     feeds.Facts
	Customers Customers
	Contacts  contacts.People
	Segments  segments.Segments
	Names     segments.Names
	Voices    feedback.Voices
	Journeys  journey.Journeys
	Clinic    Clinic
	Backtests backtests.Backtests
	Forecasts forecast.Forecasts
}

// Customers is what the areas ask about accounts.
type Customers interface {
	accounts.Customers
	home.Customers
}

// Sample looks after the made-up company.
type Sample interface{ connect.Sample }

// Metrics answers every question about metrics that pages ask; the API does.
type Metrics interface {
	metrics.Answers
	metrics.Guide
	policies.Answers
	home.Answers
	connect.Guide
}

// Boards keeps dashboards and targets; the store does.
type Boards interface {
	metrics.Boards
	dashboards.Boards
}

type site struct {
	pages      *ui.Pages
	signin     *signin.Area
	home       *home.Area
	connect    *connect.Area
	feeds      *feeds.Area
	quarantine *quarantine.Area
	metrics    *metrics.Area
	accounts   *accounts.Area
	contacts   *contacts.Area
	search     *search.Area
	dashboards *dashboards.Area
	policies   *policies.Area
	segments   *segments.Area
	feedback   *feedback.Area
	explore    *explore.Area
	journey    *journey.Area
	health     *health.Area
	scorecards *scorecards.Area
	backtests  *backtests.Area
	movements  *movements.Area
	cases      *cases.Area
	judging    *judging.Area
	forecast   *forecast.Area
	live       *live.Area
	settings   *settings.Area
}

// Site is all pages.
type Site struct {
	http.Handler
	site *site
}

// New is the site. An error is a mistake in a template.
func New(o Options) (*Site, error) {
	s, err := build(o)
	if err != nil {
		return nil, err
	}
	return &Site{s.handler(), s}, nil
}

// Warm asks what most pages show, one thing after the other, so that what takes long is remembered before somebody comes.
// Who remembers is left to what the pages ask.
func (s *Site) Warm(ctx context.Context, lang i18n.Lang) error {
	if err := s.site.home.Warm(ctx, lang); err != nil {
		return err
	}
	return s.site.metrics.Warm(ctx, lang)
}

func build(o Options) (*site, error) {
	pages, err := ui.New(ui.Config{Zone: o.Zone, Now: o.Now, Report: o.Report, Sample: o.Sample.Sample,
		Sender: (&senders{keys: o.People, now: o.Now, report: o.Report}).name, Secure: strings.HasPrefix(o.Address, "https://")},
		map[string]fs.FS{"signin": signin.Templates, "home": home.Templates, "connect": connect.Templates, "feeds": feeds.Templates,
			"quarantine": quarantine.Templates, "settings": settings.Templates, "metrics": metrics.Templates, "accounts": accounts.Templates,
			"contacts": contacts.Templates, "search": search.Templates, "dashboards": dashboards.Templates, "policies": policies.Templates, "segments": segments.Templates,
			"feedback": feedback.Templates, "explore": explore.Templates, "journey": journey.Templates, "health": health.Templates, "scorecards": scorecards.Templates, "backtests": backtests.Templates, "movements": movements.Templates,
			"cases": cases.Templates, "judging": judging.Templates, "forecast": forecast.Templates})
	if err != nil {
		return nil, fmt.Errorf("parsing the pages: %w", err)
	}
	called := func(ctx context.Context, id string) string {
		if book, err := o.Customers.Book(ctx); err == nil { // without its name it has its id
			if s := book.Get(id); s != nil && s.Name != "" {
				return s.Name
			}
		}
		return id
	}
	s := &site{
		pages: pages,
		signin: &signin.Area{Pages: pages, Keys: o.Keys, Sessions: o.Sessions, Users: o.People, Address: o.Address, Mail: o.Mail,
			OpenID: o.OpenID, Workplace: o.Workplace},
		feeds:      &feeds.Area{Pages: pages, Sightings: o.Sightings, Overview: o.Overview, Refused: o.Quarantine, Facts: o.Facts},
		quarantine: &quarantine.Area{Pages: pages, Calls: o.Quarantine},
		metrics:    &metrics.Area{Pages: pages, Answers: o.Metrics, Boards: o.Boards, Guide: o.Metrics, Called: called},
		dashboards: &dashboards.Area{Pages: pages, Answers: o.Metrics, Boards: o.Boards, Called: called},
		policies:   &policies.Area{Pages: pages, Ways: o.Ways, Answers: o.Metrics, Called: called},
		accounts:   &accounts.Area{Pages: pages, Customers: o.Customers, Clinic: o.Clinic},
		contacts:   &contacts.Area{Pages: pages, People: o.Contacts},
		segments:   &segments.Area{Pages: pages, Segments: o.Segments, Names: o.Names, Metrics: o.Metrics},
		explore:    &explore.Area{Pages: pages, Metrics: o.Metrics, Names: o.Names},
		health:     &health.Area{Pages: pages, Clinic: o.Clinic, Customers: o.Customers},
		scorecards: &scorecards.Area{Pages: pages, Clinic: o.Clinic, Customers: o.Customers, Metrics: o.Metrics, Names: o.Names, Suggests: o.Backtests},
		movements:  &movements.Area{Pages: pages, Clinic: o.Clinic, Customers: o.Customers},
		cases:      &cases.Area{Pages: pages, Clinic: o.Clinic, Customers: o.Customers},
		judging:    &judging.Area{Pages: pages, Clinic: o.Clinic, Customers: o.Customers},
		journey:    &journey.Area{Pages: pages, Journeys: o.Journeys, Customers: o.Customers, Metrics: o.Metrics, Segments: o.Segments},
		feedback:   &feedback.Area{Pages: pages, Voices: o.Voices},
		forecast:   &forecast.Area{Pages: pages, Forecasts: o.Forecasts, Name: called},
		search:     &search.Area{Pages: pages, Accounts: o.Customers, People: o.Contacts, Metrics: o.Metrics},
	}
	s.backtests = &backtests.Area{Pages: pages, Backtests: o.Backtests, Cards: s.scorecards}
	s.settings = &settings.Area{Pages: pages, Signin: s.signin, Store: o.People, Base: o.Base, Forget: o.Forget, Workplace: o.Workplace, Backups: o.Backups, Workspace: func(ctx context.Context) string {
		w, err := o.Workplace.Workspace(ctx)
		if err != nil {
			o.Report(err) // the name is only shown
		}
		return w.Name
	}}
	s.live = &live.Area{Pages: pages, News: o.News, Still: s.signin.Still}
	s.connect = &connect.Area{Pages: pages, Guide: o.Metrics, Keys: o.People, Feeds: s.feeds, Address: o.Address, Files: o.Files, Folder: o.Folder, Sample: o.Sample}
	s.home = &home.Area{Pages: pages, Answers: o.Metrics, Customers: o.Customers, Clinic: o.Clinic, Feeds: s.feeds, Sample: o.Sample}
	return s, nil
}

// policy is the Content-Security-Policy: everything from here, nothing inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxForm is the largest form that is read, but for those that say otherwise.
const maxForm = 1 << 20

func (s *site) handler() http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(s.pages.Handle(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Forbidden, "this form was sent from another site")
	}))
	inner := origin.Handler(s.routes())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if s.pages.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p) // the answer was begun and can't be finished
				}
				s.pages.Fail(w, r, fmt.Errorf("panic at %s: %v\n%s", r.URL.Path, p, debug.Stack()))
			}
		}()
		most := int64(maxForm)
		if r.URL.Path == connect.FilePath {
			most = connect.MaxFile
		} else if accounts.TakesFile(r.URL.Path) {
			most = accounts.MaxForm
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		if !ui.IsPart(r) { // a form may be answered with a page too
			r = r.WithContext(ui.WithNews(r.Context(), s.live.News.Now()))
		}
		inner.ServeHTTP(w, r)
	})
}
