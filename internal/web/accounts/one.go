package accounts

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// perTimeline is how many entries of the timeline are shown at once.
const perTimeline = 20

type one struct {
	*account.Profile
	Only                   string // the segment that is this account
	Renews                 string // address of what says when it renews
	For                    string // how long a customer
	Renewal                int    // days to the next one
	Worth                  string // of the recurring value, for a year
	Growth                 account.Money
	Months                 *ui.Spark
	Weeks                  *ui.Spark
	ActiveMove             int // change of active people in percent against the 30 days before
	Moved                  bool
	Features, MoreFeatures []feature
	Score                  *scored
	Tags                   []string
	Cards                  []cards
	Timeline               timeline
	Why                    []string // it needs attention
	Health                 *health.Told
	Files                  []kept
	FileProblem            string // a key of the words
	FilesMost, FileMost    int    // how many, and how many MiB each
	FileEndings            string
}

// kept is a file with its address.
type kept struct {
	account.File
	Href string
}

type feature struct {
	account.Feature
	Share, Usual float64 // widths of bars, 0-120
	Percent      float64
}

// scored is an answer with a score.
type scored struct {
	Kind, Mood  string
	Score, Most float64
	When        time.Time
	Others      []float64 // earlier scores of the same kind, the latest first
}

// cards are lists of facts that belong together.
type cards struct {
	ID     string
	Chart  *ui.Chart
	Tables []table
}

// table is a list of facts of one kind in the words of the timeline: the first, and those that are unfolded.
type table struct {
	Kind       string
	Rows, More []tableRow
}

// What of a list is seen before it is unfolded.
const (
	featuresSeen = 8
	rowsSeen     = 2
)

type tableRow struct {
	ui.Told
	Late bool
}

type timeline struct {
	Days  []ui.ToldDay
	Next  string // address of what came before
	Asked account.TimelineAsk
	Kinds []string
	Kind  string
	Path  string
	Top   string // of the newest, while older ones are shown
	Here  string // of the newest, while they are shown
}

// One shows an account.
func (a *Area) One(w http.ResponseWriter, r *http.Request) error {
	if ui.IsPart(r) {
		return a.Timeline(w, r)
	}
	return a.show(w, r, http.StatusOK, "")
}

// show shows an account; problem is what was wrong with a file that was sent, a key of the words.
func (a *Area) show(w http.ResponseWriter, r *http.Request, status int, problem string) error {
	id, open := r.PathValue("id"), SeesPeople(ui.Who(r.Context()))
	var t account.Timeline
	done := make(chan error, 1)
	ask, err := TimelineAsk(r, open)
	if err != nil {
		return err
	}
	ask.Account = id
	// Beside the profile, as both ask the lake many short questions.
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- ui.Panicked(p)
			}
		}()
		var err error
		t, err = a.Customers.Timeline(r.Context(), ask)
		done <- err
	}()
	p, err := a.Customers.Profile(r.Context(), id)
	if timelineErr := <-done; err == nil {
		err = timelineErr
	}
	if err != nil {
		return err
	}
	if !open {
		p.Mask()
		t.Mask()
	}
	v, err := a.view(r.Context(), ui.Lang(r), p)
	if err != nil {
		return err
	}
	v.Timeline, v.FileProblem = a.tell(r, ask, t), problem
	if err := a.needs(r.Context(), v, ui.Lang(r), open); err != nil {
		return err
	}
	return a.Pages.ShowStatus(w, r, status, "accounts/one", v)
}

// needs adds why the account needs attention and, for those who work with it, its files.
func (a *Area) needs(ctx context.Context, v *one, lang i18n.Lang, open bool) error {
	signs, err := a.Customers.Signs(ctx)
	if err != nil {
		return err
	}
	now := a.Pages.Now()
	for _, reason := range v.Standing.Reasons(signs[v.Number], now) {
		v.Why = append(v.Why, ui.Reason(lang, reason, now, open))
	}
	if !open {
		return nil
	}
	files, err := a.Customers.AccountFiles(ctx, v.ID)
	for _, f := range files {
		v.Files = append(v.Files, kept{f, fileHref(f)})
	}
	v.FilesMost, v.FileMost, v.FileEndings = account.MaxFiles, account.MaxFile>>20, account.FileEndings
	return err
}

// Figures answers with what stands at the top of an account's page.
func (a *Area) Figures(w http.ResponseWriter, r *http.Request) error {
	p, err := a.Customers.Profile(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v, err := a.view(r.Context(), ui.Lang(r), p)
	if err != nil {
		return err
	}
	return a.Pages.Part(w, r, "accounts/one", "figures", v)
}

// Timeline shows a part of what happened.
func (a *Area) Timeline(w http.ResponseWriter, r *http.Request) error {
	open := SeesPeople(ui.Who(r.Context()))
	ask, err := TimelineAsk(r, open)
	if err != nil {
		return err
	}
	ask.Account = r.PathValue("id")
	t, err := a.Customers.Timeline(r.Context(), ask)
	if err != nil {
		return err
	}
	if !open {
		t.Mask()
	}
	return a.Pages.Part(w, r, "accounts/one", "timeline", a.tell(r, ask, t))
}

// TimelineAsk is what an address asks of a timeline: kind, text, user, before.
func TimelineAsk(r *http.Request, open bool) (ask account.TimelineAsk, err error) {
	q := r.URL.Query()
	ask = account.TimelineAsk{User: q.Get("user"), Text: strings.TrimSpace(q.Get("text")), Open: open, Limit: perTimeline}
	if kind := q.Get("kind"); slices.Contains(account.TimelineKinds, kind) {
		ask.Kinds = []string{kind}
	}
	ask.Before, err = account.PlaceAt(q.Get("before"))
	return ask, err
}

func (a *Area) tell(r *http.Request, ask account.TimelineAsk, t account.Timeline) timeline {
	v := timeline{Days: a.Pages.Tell(ui.Lang(r), t.Entries), Asked: ask, Kinds: account.TimelineKinds, Path: ui.AccountPath(ask.Account)}
	q := url.Values{}
	if len(ask.Kinds) == 1 {
		v.Kind = ask.Kinds[0]
		q.Set("kind", v.Kind)
	}
	for key, value := range map[string]string{"text": ask.Text, "user": ask.User} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if v.Here = address(v.Path, q); !ask.Before.At.IsZero() {
		v.Top, v.Here = v.Here, ""
	}
	if next := t.Next.String(); next != "" {
		v.Next = address(v.Path, with(q, "before", next))
	}
	return v
}

func (a *Area) view(ctx context.Context, lang i18n.Lang, p *account.Profile) (*one, error) {
	now := a.Pages.Now()
	v := &one{Profile: p, Weeks: ui.NewSpark(p.Weeks), Only: account.Only(p.ID), Renews: ui.AccountPath(p.ID) + "?kind=subscriptions#timeline"}
	if len(p.Contracts) > 0 {
		v.Renews = ui.AccountPath(p.ID) + "?kind=contracts#timeline"
	}
	tags, err := a.Customers.Tags(ctx)
	if err != nil {
		return nil, err
	}
	v.Tags = tags[p.ID]
	if told, ok := a.Clinic.LastTold(p.ID, health.Global); ok && told.Score != nil && !p.Left {
		v.Health = &told
	}
	if !p.Since.IsZero() {
		end := now
		if !p.Until.IsZero() {
			end = p.Until
		}
		v.For = ui.Age(lang, p.Since.In(a.Pages.Zone), end.In(a.Pages.Zone))
	}
	if !p.Renewal.IsZero() {
		v.Renewal = int(p.Renewal.Sub(now).Hours() / 24)
	}
	if p.MRR.Known() {
		v.Worth = ui.Money(lang, account.Money{Minor: 12 * p.MRR.Minor, Currency: p.MRR.Currency})
	}
	if p.ActiveBefore > 0 {
		v.Moved, v.ActiveMove = p.Active != p.ActiveBefore, (100*(p.Active-p.ActiveBefore))/p.ActiveBefore
	}
	for _, f := range p.Features {
		one := feature{Feature: f, Usual: 120 * f.OfPeers}
		if p.Active > 0 {
			one.Percent = float64(f.Users) / float64(p.Active)
			one.Share = min(120, 120*one.Percent)
		}
		if f.Users == 0 && f.OfPeers < 0.1 {
			continue
		}
		v.Features = append(v.Features, one)
	}
	p.Own = slices.DeleteFunc(p.Own, func(own account.OwnTrait) bool { return own.Value == p.Domain })
	v.Score = score(p.Answers)
	if len(v.Features) > featuresSeen+1 {
		v.Features, v.MoreFeatures = v.Features[:featuresSeen], v.Features[featuresSeen:]
	}
	for _, card := range []cards{{ID: "voice"}, {ID: "money", Chart: v.months(lang, p)}} {
		for _, list := range []struct {
			card, kind string
			facts      []*fact.Fact
		}{{"voice", "answers", p.Answers}, {"voice", "tickets", p.Tickets}, {"voice", "interactions", p.Interactions},
			{"money", "subscriptions", p.Subscriptions}, {"money", "contracts", p.Contracts}, {"money", "invoices", p.Invoices}, {"money", "orders", p.Orders}} {
			if list.card == card.ID && len(list.facts) > 0 {
				rows := a.rows(lang, list.facts, p.Names, now)
				seen := min(len(rows), rowsSeen)
				card.Tables = append(card.Tables, table{list.kind, rows[:seen], rows[seen:]})
			}
		}
		if card.Chart != nil || len(card.Tables) > 0 {
			v.Cards = append(v.Cards, card)
		}
	}
	return v, nil
}

// rows tells facts; of invoices the ones that are late are marked.
func (a *Area) rows(lang i18n.Lang, facts []*fact.Fact, names map[string]string, now time.Time) []tableRow {
	var all []tableRow
	for _, f := range facts {
		row := tableRow{Told: a.Pages.TellOne(lang, account.Entry{Place: account.Place{At: f.Time()}, Kind: f.Kind.Name, Fact: f, Who: names[f.User], User: f.User})}
		if f.Kind == fact.Invoices {
			due := f.Get("due_at")
			owed := f.Text("status") == "open" || f.Text("status") == "disputed"
			if row.Late = owed && due.State == fact.Present && due.Int < now.UnixMicro(); row.Late {
				row.At = time.UnixMicro(due.Int)
			}
		}
		all = append(all, row)
	}
	return all
}

// months draws what the account paid.
func (v *one) months(lang i18n.Lang, p *account.Profile) *ui.Chart {
	currency := p.MRR.Currency
	var values []int64
	var samples []ui.Sample
	for _, m := range p.Months {
		if currency == "" {
			currency = m.Worth.Currency
		}
		values = append(values, m.Worth.Minor)
		amount := m.Worth.Major()
		samples = append(samples, ui.Sample{Label: i18n.MonthName(lang, m.Month.Month()), Value: &amount,
			Href:  reading.Link("/metrics/mrr/facts", board.Question{Segment: v.Only, From: m.Month.Format(time.DateOnly), To: m.Month.AddDate(0, 1, -1).Format(time.DateOnly)}),
			Title: i18n.Month(lang, m.Month) + ": " + ui.Money(lang, account.Money{Minor: m.Worth.Minor, Currency: currency})})
	}
	if currency == "" || len(values) == 0 {
		return nil
	}
	v.Months = ui.NewSpark(values)
	v.Growth = account.Money{Minor: values[len(values)-1] - values[0], Currency: currency}
	return ui.NewChart(i18n.T(lang, "account.mrr_chart"), samples, func(x float64, decimals int) string { return i18n.Number(lang, x, decimals) }, "")
}

// score is the latest answer with a score, and those of its kind before.
func score(answers []*fact.Fact) *scored {
	var s *scored
	for _, f := range answers {
		x := f.Get("score")
		switch {
		case x.State != fact.Present:
		case s == nil:
			s = &scored{Kind: f.Text("kind"), Mood: ui.AnswerMood(f), Score: x.Num, Most: f.Get("scale_max").Num, When: f.Time()}
		case f.Text("kind") == s.Kind && len(s.Others) < 3:
			s.Others = append(s.Others, x.Num)
		}
	}
	return s
}
