package ui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Told is an entry of a timeline in a reader's words.
type Told struct {
	At         time.Time
	WholeDay   bool // At is only the day
	Icon, Mood string
	Title      string
	Text       string // what somebody wrote
	Tags       []string
	Who, User  string
	Account    string
	Note       *account.Note
}

// ToldDay are the entries of one day.
type ToldDay struct {
	Day     time.Time
	Entries []Told
}

// Tell puts a timeline into words, by days.
func (p *Pages) Tell(lang i18n.Lang, entries []account.Entry) []ToldDay {
	var days []ToldDay
	for _, e := range entries {
		at := e.At.In(p.Zone)
		day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, p.Zone)
		if n := len(days); n == 0 || !days[n-1].Day.Equal(day) {
			days = append(days, ToldDay{Day: day})
		}
		last := &days[len(days)-1]
		last.Entries = append(last.Entries, p.TellOne(lang, e))
	}
	return days
}

// TellOne puts one entry into words.
func (p *Pages) TellOne(lang i18n.Lang, e account.Entry) Told {
	t := Told{At: e.At, Who: e.Who, User: e.User, Account: e.Account, Icon: "clock"}
	switch {
	case e.Note != nil:
		t.Icon, t.Title, t.Note = "note", i18n.T(lang, "tell.note", "who", e.Note.Author), e.Note
	case e.Use != nil:
		t.Icon, t.WholeDay, t.Title = "metrics", true, i18n.T(lang, "tell.use", "n", e.Use.Times)
		var things []string
		for _, thing := range e.Use.Things {
			things = append(things, short(thing.Name)+" "+i18n.Integer(lang, thing.Times))
		}
		if t.Text = strings.Join(things, " · "); e.Use.More > 0 {
			t.Text += " · " + i18n.T(lang, "tell.more", "n", e.Use.More)
		}
	case e.Fact != nil:
		if tell := tellers[e.Kind]; tell != nil {
			tell(&teller{Told: &t, p: p, lang: lang, f: e.Fact})
		}
		t.Title = cmp.Or(t.Title, KindLabel(lang, e.Kind))
	}
	return t
}

// teller tells a fact.
type teller struct {
	*Told
	p    *Pages
	lang i18n.Lang
	f    *fact.Fact
}

func (t *teller) t(key string, args ...any) string { return i18n.T(t.lang, key, args...) }
func (t *teller) choice(column string) string {
	if v := t.f.Text(column); v != "" {
		return Named(t.lang, "choice", v)
	}
	return ""
}
func (t *teller) text(column string) string { return t.f.Text(column) }

// tag adds what is not empty and was not said.
func (t *teller) tag(texts ...string) {
	for _, text := range texts {
		said := slices.ContainsFunc(t.Tags, func(tag string) bool { return strings.EqualFold(tag, short(text)) })
		if text != "" && !said {
			t.Tags = append(t.Tags, short(text))
		}
	}
}

func (t *teller) amount(column string) string {
	if v := t.f.Get(column); v.State == fact.Present {
		return Money(t.lang, account.Money{Minor: v.Int, Currency: t.text("currency")})
	}
	return ""
}

func (t *teller) day(column string) string {
	if v := t.f.Get(column); v.State == fact.Present {
		return i18n.Date(t.lang, time.UnixMicro(v.Int).In(t.p.Zone))
	}
	return ""
}

// joined puts what is not empty together.
func joined(texts ...string) string {
	var all []string
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, " · ")
}

var tellers = map[string]func(*teller){
	"accounts":    func(t *teller) { t.Icon = "edit"; t.changes("tell.accounts") },
	"contacts":    func(t *teller) { t.Icon = "person"; t.changes("tell.contacts") },
	"memberships": tellMembership,
	"subscriptions": func(t *teller) {
		t.Icon = "money"
		t.Title = joined(t.t("tell.subscription", "status", t.choice("status")), short(t.text("plan")), t.price())
		switch t.text("status") {
		case "canceled":
			t.Mood = "poor"
		case "past_due":
			t.Mood = "fair"
		}
		t.tag(t.text("cancel_reason"))
		if t.text("cancel_kind") != "" {
			t.tag(t.choice("cancel_kind"))
		}
	},
	"contracts": func(t *teller) {
		t.Icon = "money"
		t.Title = joined(t.t("tell.contract", "status", t.choice("status")), t.amount("value"), t.day("start")+" – "+t.day("end"))
		if t.text("status") == "lost" {
			t.Mood = "poor"
		}
	},
	"invoices": func(t *teller) {
		t.Icon = "money"
		t.Title = joined(t.t("tell.invoice", "id", short(t.text("invoice_id")), "status", t.choice("status")), t.amount("amount"))
		switch v := t.f.Get("attempt"); {
		case t.text("status") == "uncollectible" || t.text("status") == "disputed":
			t.Mood = "poor"
		case t.text("status") == "open" && v.Int > 0:
			t.Mood, t.Title = "fair", joined(t.t("tell.attempt", "n", v.Int), t.amount("amount"))
		}
	},
	"orders": func(t *teller) {
		t.Icon = "money"
		t.Title = joined(t.t("tell.order"), short(t.text("product")), t.amount("amount"))
	},
	"tickets": func(t *teller) {
		t.Icon = "ticket"
		t.Title = t.t("tell.ticket", "id", short(t.text("ticket_id")), "status", t.choice("status"))
		t.tag(t.choice("priority"), t.text("category"), t.text("channel"))
		if t.text("status") == "reopened" {
			t.Mood = "fair"
		}
	},
	"messages": func(t *teller) {
		t.Icon, t.Title, t.Text = "talk", t.t("tell.message", "who", t.choice("author")), t.text("text")
		t.tag(t.text("ticket_id"))
	},
	"interactions": func(t *teller) {
		t.Icon, t.Title, t.Text = "talk", joined(t.choice("kind"), short(t.text("subject"))), t.text("transcript")
		if v := t.f.Get("duration_seconds"); v.State == fact.Present && v.Num >= 60 {
			t.tag(Span(t.lang, time.Duration(v.Num)*time.Second))
		}
		t.tag(t.text("csm"), t.choice("outcome"))
	},
	"answers": tellAnswer,
	"invitations": func(t *teller) {
		t.Icon, t.Title = "talk", joined(t.t("tell.invitation"), short(t.text("survey")))
		t.tag(t.text("channel"), t.text("touchpoint"))
	},
	"reviews": func(t *teller) {
		t.Icon, t.Text = "star", t.text("text")
		t.Title = joined(t.t("tell.review", "rating", t.f.Get("rating").Num, "most", t.f.Get("scale_max").Num), short(t.text("source")))
	},
	"referrals": func(t *teller) { t.Icon, t.Title = "send", t.t("tell.referral"); t.tag(t.text("status")) },
	"loyalty": func(t *teller) {
		t.Icon, t.Title = "star", t.t("tell.loyalty."+t.text("kind"), "n", t.f.Get("points").Int)
		t.tag(t.text("reward"))
	},
}

func tellMembership(t *teller) {
	t.Icon, t.Title = "person", t.t("tell.joined")
	if t.text("status") == "left" {
		t.Title, t.Mood = t.t("tell.left"), "fair"
	}
	t.tag(t.text("role"))
}

func tellAnswer(t *teller) {
	t.Icon, t.Text = "talk", t.text("text")
	kind := Named(t.lang, "choice", t.text("kind"))
	if score := t.f.Get("score"); score.State == fact.Present {
		t.Title = t.t("tell.score", "kind", kind, "score", score.Num, "most", t.f.Get("scale_max").Num)
	} else {
		t.Title = joined(kind, short(t.text("choice")))
	}
	t.Mood = AnswerMood(t.f)
	t.tag(t.text("survey"), t.text("touchpoint"))
}

// AnswerMood is how somebody who gave an answer feels: good, poor, or "" for in between and unknown.
func AnswerMood(f *fact.Fact) string {
	score, most, least := f.Get("score"), f.Get("scale_max").Num, f.Get("scale_min").Num
	if score.State != fact.Present || most <= least {
		return ""
	}
	share := (score.Num - least) / (most - least)
	if f.Text("orientation") == "effort" {
		share = 1 - share
	}
	switch {
	case f.Text("kind") == "nps" && score.Num >= 9, f.Text("kind") != "nps" && share >= 0.74:
		return "good"
	case f.Text("kind") == "nps" && score.Num <= 6, f.Text("kind") != "nps" && share <= 0.4:
		return "poor"
	}
	return ""
}

// price is what a subscription costs: "€20.00 × 5 / month".
func (t *teller) price() string {
	amount := t.amount("amount")
	if amount == "" {
		return ""
	}
	if n := t.f.Get("quantity"); n.State == fact.Present && n.Int != 1 {
		amount += " × " + i18n.Integer(t.lang, n.Int)
	}
	if t.text("interval") != "" {
		amount += " / " + t.choice("interval")
	}
	return amount
}

// changes lists the traits a fact gives.
func (t *teller) changes(key string) {
	for i, c := range t.f.Kind.Columns {
		if i >= len(t.f.Values) || t.f.Values[i].State == fact.Absent {
			continue
		}
		value := "–"
		if v := t.f.Values[i]; v.State == fact.Present {
			switch c.Type {
			case fact.Time:
				value = i18n.Date(t.lang, time.UnixMicro(v.Int).In(t.p.Zone))
			case fact.Number:
				value = i18n.Number(t.lang, v.Num, 0)
			case fact.Bool:
				value = i18n.T(t.lang, map[bool]string{true: "choice.yes", false: "choice.no"}[v.Int != 0])
			case fact.Choice:
				value = Named(t.lang, "choice", v.Text)
			default:
				value = short(v.Text)
			}
		}
		t.tag(Named(t.lang, "trait", c.Name) + ": " + value)
	}
	t.Title = t.t(key)
}
