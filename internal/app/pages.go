package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/config"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/notify"
	"github.com/keepwell/keepwell/internal/outbound"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web"
	"github.com/keepwell/keepwell/internal/web/feeds"
	"github.com/keepwell/keepwell/internal/web/signin"
)

var _ feeds.Overview = overview{}

// pages is the handler of everything that people look at.
func (a *App) pages(gate *team.Gate, held replaying) (*web.Site, error) {
	o := web.Options{Zone: a.settings.Zone, Now: a.now, Address: a.settings.PublicURL, Keys: gate, Sessions: a.store,
		People: a.store, Workplace: workplace{a}, Base: a.Base, Forget: gate.Forget,
		Report:     func(err error) { a.logger.Error("a page failed", "error", err) },
		News:       a.news,
		Overview:   overview{a},
		Sample:     a.sample,
		Backups:    care{a},
		Facts:      a.lake,
		Files:      files{a},
		Folder:     filepath.Join(a.settings.Data, uploadFolder),
		Sightings:  a.store,
		Quarantine: held,
		Metrics:    answers{a.api, a.memory},
		Boards:     a.store,
		Ways:       counting{ways{a.store, a.pulse}, a.lake, a.memory, a.now},
		Customers:  visits{customers{a, a.store}},
		Contacts:   visits{customers{a, a.store}},
		Clinic:     clinic{scoring{a.pulse, a.store, a.metrics}, a.memory},
		Backtests:  trials{customers{a, a.store}, a.runs},
		Segments:   choosing{a.store, a.api, keptSegments{a.store, fit{a.metrics, a.pulse}}, a.api.Options.Segments, a.memory},
		Names:      named{a.lake, a.memory},
		Voices:     visits{customers{a, a.store}},
		Journeys:   mapped{journeys{a, a.store, a.metrics}, a.api, a.memory},
		Forecasts:  lasting{foretelling{customers{a, a.store}, a.desk}, a.memory},
	}
	if a.outbox != nil {
		o.Mail = func(to, subject, text string) bool {
			return a.outbox.Post(notify.Message{To: to, Subject: subject, Text: text})
		}
	}
	if a.settings.OIDCIssuer != "" {
		o.OpenID = openID(a.settings)
	}
	return web.New(o)
}

// openID is the provider that the settings name. Its own host may be inside the network: whoever runs the server wrote it
// there, and a company's provider often is. Where its answers lead must be public, or that same host.
func openID(s *config.Settings) *signin.OpenID {
	host := ""
	if u, err := url.Parse(s.OIDCIssuer); err == nil { // config checked it
		port := u.Port()
		if port == "" {
			port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
		}
		host = net.JoinHostPort(u.Hostname(), port)
	}
	return &signin.OpenID{Issuer: s.OIDCIssuer, Client: s.OIDCClient, Secret: s.OIDCSecret, HTTP: outbound.New(outbound.Options{Inside: []string{host}})}
}

// Base is where people reach the server: the configured address, else the one it listens on, never what a request says.
func (a *App) Base() string {
	if a.settings.PublicURL != "" {
		return a.settings.PublicURL
	}
	if base := a.base.Load(); base != nil {
		return *base
	}
	return "http://" + a.settings.Listen
}

// SetupLink makes a link to set the installation up, once, within a day; "" when there is an admin who can sign in.
func (a *App) SetupLink(ctx context.Context) (string, error) {
	if joined, err := a.store.UsersJoined(ctx); err != nil || joined {
		return "", err
	}
	token, hash, err := team.NewToken(rand.Reader)
	if err != nil {
		return "", err
	}
	now := a.now()
	if err := a.store.SetupAdd(ctx, hash, now, now.Add(team.SetupLife)); err != nil {
		return "", err
	}
	return a.Base() + "/setup?token=" + token, nil
}

// overview is what the first page tells.
type overview struct{ *App }

// Totals are the kinds that have facts, with how many were received on each of the last days.
func (o overview) Totals(ctx context.Context) ([]feeds.Total, error) {
	return memory.Remember(ctx, o.memory, "totals", o.totals)
}

func (o overview) totals(ctx context.Context) ([]feeds.Total, error) {
	all, err := o.lake.Totals(ctx)
	if err != nil {
		return nil, err
	}
	today := o.now().In(o.settings.Zone)
	starts := make([]time.Time, feeds.Days+1)
	for i := range starts {
		starts[i] = time.Date(today.Year(), today.Month(), today.Day()-feeds.Days+1+i, 0, 0, 0, 0, o.settings.Zone)
	}
	var totals []feeds.Total
	var recent []lake.Total
	for _, t := range all {
		if t.Count == 0 {
			continue
		}
		totals = append(totals, feeds.Total{Kind: t.Kind.Name, Count: t.Count, Last: t.Received, Days: make([]int64, feeds.Days)})
		if !t.Received.Before(starts[0]) {
			recent = append(recent, t)
		}
	}
	if len(recent) == 0 {
		return totals, nil
	}
	view, err := o.lake.View(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	rows, err := view.Query(ctx, receivedByDay(recent, starts))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var kind string
		var day int
		var n int64
		if err := rows.Scan(&kind, &day, &n); err != nil {
			return nil, err
		}
		for i := range totals {
			if totals[i].Kind == kind {
				totals[i].Days[day] = n
			}
		}
	}
	return totals, rows.Err()
}

// receivedByDay counts facts by the day they were received on; starts are the beginnings of the days and the end.
func receivedByDay(kinds []lake.Total, starts []time.Time) string {
	at := func(t time.Time) string { return "timestamp '" + t.UTC().Format("2006-01-02 15:04:05") + "'" }
	var day strings.Builder
	for i, start := range starts[1:] {
		fmt.Fprintf(&day, " when received_at < %s then %d", at(start), i)
	}
	parts := make([]string, len(kinds))
	for i, t := range kinds {
		parts[i] = fmt.Sprintf("select '%s' as kind, case%s end as day_number, count(*) as n from fact_%s where received_at >= %s and received_at < %s group by 1, 2",
			t.Kind.Name, day.String(), t.Kind.Name, at(starts[0]), at(starts[len(starts)-1]))
	}
	return strings.Join(parts, " union all ")
}

// Freshness is how far answers are behind what was acknowledged.
func (o overview) Freshness(context.Context) (feeds.Freshness, error) {
	behind := o.loader.Health().Behind
	return feeds.Freshness{Through: o.now().Add(-behind), Behind: behind, Trouble: strings.Join(o.Trouble(), "; ")}, nil
}

// Verdicts are what was decided about the latest facts.
func (o overview) Verdicts(ctx context.Context, limit int) ([]feed.Verdict, error) {
	if !team.PrincipalOf(ctx).May(team.Watch) {
		return nil, nil // they are of all accounts
	}
	all := o.verdicts()
	return all[:min(limit, len(all))], nil
}
