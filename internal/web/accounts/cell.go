package accounts

import (
	"net/url"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// cell is what stands in a column of the list.
type cell struct {
	Column, Label string
	Text, Title   string // Title says it exactly; "" when Text does
	Numeric       bool
	Mood, Icon    string // good, fair, poor or ""
	Quiet         bool
	Plain         bool // a text that others wrote
}

func (a *Area) cell(lang i18n.Lang, id string, s *account.Standing, now time.Time) cell {
	c := cell{Column: id, Label: label(lang, id)}
	count := func(n int) {
		c.Numeric, c.Text, c.Quiet = true, i18n.Integer(lang, int64(n)), n == 0
	}
	money := func(m account.Money) {
		if c.Numeric = true; m.Known() {
			c.Text, c.Title = ui.Money(lang, m), i18n.Money(lang, m.Major(), m.Currency)
		}
	}
	switch id {
	case "mrr":
		money(s.MRR)
		if c.Text == "" && !s.Until.IsZero() {
			c.Text, c.Quiet = i18n.T(lang, "accounts.left"), true
			c.Title = i18n.Date(lang, s.Until.In(a.Pages.Zone))
		}
	case "health":
		if c.Numeric = true; s.Health != nil {
			c.Text, c.Title, c.Mood = ui.Figure(lang, *s.Health), i18n.T(lang, "health.band."+s.Band), ui.BandClass(s.Band)
			c.Icon = map[string]string{"good": "check", "fair": "equal", "poor": "warn"}[c.Mood]
		}
	case "overdue":
		if money(s.Overdue); c.Text != "" {
			c.Mood, c.Icon = "poor", "warn"
		}
	case "contacts":
		count(s.Contacts)
	case "active":
		count(s.Active)
	case "tickets":
		count(s.Tickets)
	case "nps":
		if c.Numeric = true; s.NPS != nil {
			c.Text, c.Title = strconv.Itoa(*s.NPS), i18n.Date(lang, s.NPSAt.In(a.Pages.Zone))
			c.Mood, c.Icon = npsMood(*s.NPS)
		}
	case "since", "created_at":
		if at := map[string]time.Time{"since": s.Since, "created_at": s.Created}[id]; !at.IsZero() {
			c.Text = i18n.Date(lang, at.In(a.Pages.Zone))
		}
	case "renewal":
		if !s.Renewal.IsZero() {
			c.Text, c.Title = i18n.RelativeTime(lang, s.Renewal, now), i18n.Date(lang, s.Renewal.In(a.Pages.Zone))
		}
	case "last_seen":
		if !s.LastSeen.IsZero() {
			c.Text, c.Title = i18n.RelativeTime(lang, s.LastSeen, now), i18n.DateTime(lang, s.LastSeen.In(a.Pages.Zone))
		}
	case "touch_model":
		if s.Touch != "" {
			c.Text = ui.Named(lang, "choice", s.Touch)
		}
	case "domain":
		c.Text, c.Plain = s.Domain, true
	default:
		c.Text, c.Plain = s.Trait(id).Text, true
	}
	if c.Text == "" {
		c.Text, c.Quiet = "–", true
	}
	return c
}

func npsMood(score int) (mood, icon string) {
	switch {
	case score >= 9:
		return "good", "up"
	case score >= 7:
		return "", "equal"
	}
	return "poor", "down"
}

// with is a query with one more value.
func with(q url.Values, key, value string) url.Values {
	q.Set(key, value)
	return q
}

// viewHref is the address of a saved view.
func viewHref(v account.SavedView) string {
	q, err := url.ParseQuery(v.Query)
	if err != nil {
		q = url.Values{}
	}
	s := stateOf(q)
	s.View, s.After = v.ID, ""
	return s.href()
}
