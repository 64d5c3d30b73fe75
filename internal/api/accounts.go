package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/team"
)

// Accounts knows how accounts and people stand and what happened to them. What it does not know is a fault.NotFound.
type Accounts interface {
	Book(ctx context.Context) (*account.Book, error)
	Chooser(ctx context.Context, segment string) (func(*account.Standing) bool, error)
	Profile(ctx context.Context, id string) (*account.Profile, error)
	Timeline(ctx context.Context, ask account.TimelineAsk) (account.Timeline, error)
	Tags(ctx context.Context) (map[string][]string, error)
	Contacts(ctx context.Context, ask account.ContactAsk) ([]account.Contact, error)
	Contact(ctx context.Context, user string) (*account.ContactProfile, error)
}

// Account is an account as it stands now.
type Account struct {
	ID             string     `json:"account_id"`
	Name           string     `json:"name,omitempty"`
	Plan           string     `json:"plan,omitempty"`
	Stage          string     `json:"stage,omitempty"`
	CSM            string     `json:"csm,omitempty"`
	Country        string     `json:"country,omitempty"`
	Size           string     `json:"size,omitempty"`
	Industry       string     `json:"industry,omitempty"`
	Region         string     `json:"region,omitempty"`
	Touch          string     `json:"touch_model,omitempty"`
	Parent         string     `json:"parent_account_id,omitempty"`
	Domain         string     `json:"domain,omitempty" doc:"Of most of its contacts' addresses"`
	Created        *time.Time `json:"created_at,omitempty"`
	HealthOverride *float64   `json:"health_override,omitempty"`
	Health         *float64   `json:"health,omitempty" doc:"The mean of its scores, 0 to 100; reasons are at /api/v1/health/{id}"`
	Band           string     `json:"health_band,omitempty" enum:"good,average,poor"`
	MRR            *Amount    `json:"mrr,omitempty"`
	Since          *time.Time `json:"since,omitempty" doc:"When it first paid"`
	Until          *time.Time `json:"until,omitempty" doc:"When it stopped paying; missing while it does"`
	Renewal        *time.Time `json:"renewal,omitempty" doc:"The next end of a term"`
	Contacts       *int       `json:"contacts,omitempty"`
	Active         *int       `json:"active,omitempty" doc:"People who did something in the last 30 days"`
	LastSeen       *time.Time `json:"last_seen,omitempty"`
	NPS            *int       `json:"nps,omitempty" doc:"The last answer's score"`
	NPSAt          *time.Time `json:"nps_at,omitempty"`
	Tickets        *int       `json:"tickets,omitempty" doc:"Open ones"`
	Overdue        *Amount    `json:"overdue,omitempty"`
	Tags           []string   `json:"tags,omitempty"`
}

// Amount is money in the major unit.
type Amount struct {
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
}

// AccountPage is a page of accounts.
type AccountPage struct {
	At       time.Time `json:"at" doc:"The instant that all of it is of; a second or two ago while facts come in"`
	Total    int       `json:"total" doc:"All that match"`
	Accounts []Account `json:"accounts" nullable:"false"`
	Next     string    `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
}

// FactRow is a fact as it was sent, and as it can be imported.
type FactRow map[string]any

// AccountProfile is everything that an account's page tells.
type AccountProfile struct {
	Account
	Traits        map[string]string `json:"traits" nullable:"false" doc:"The sender's own traits"`
	Parents       []string          `json:"parents" nullable:"false" doc:"From the one right above it to the top"`
	Children      []string          `json:"children" nullable:"false"`
	Months        []MonthAmount     `json:"months" nullable:"false" doc:"Recurring value at the end of each month, the running one now"`
	Weeks         []int64           `json:"weeks" nullable:"false" doc:"People active in each of the last weeks, the running one last"`
	ActiveBefore  int               `json:"active_before" doc:"People active in the 30 days before the last 30"`
	Peers         int               `json:"peers" doc:"Other accounts of the same plan in which anybody did anything in the last 30 days"`
	Features      []FeatureUse      `json:"features" nullable:"false"`
	People        []ContactLine     `json:"people" nullable:"false" doc:"Who was seen last first; all are at /api/v1/contacts?account="`
	Subscriptions []FactRow         `json:"subscriptions" nullable:"false"`
	Contracts     []FactRow         `json:"contracts" nullable:"false"`
	Invoices      []FactRow         `json:"invoices" nullable:"false" doc:"Overdue ones first"`
	Orders        []FactRow         `json:"orders" nullable:"false"`
	Answers       []FactRow         `json:"answers" nullable:"false"`
	Tickets       []FactRow         `json:"tickets" nullable:"false" doc:"Open ones first"`
	Interactions  []FactRow         `json:"interactions" nullable:"false"`
	Timeline      []TimelineEntry   `json:"timeline" nullable:"false" doc:"The latest; more at /api/v1/accounts/{id}/timeline"`
}

// MonthAmount is a recurring value at the end of a month.
type MonthAmount struct {
	Month  string  `json:"month" example:"2026-05"`
	Amount *Amount `json:"mrr,omitempty"`
}

// FeatureUse is something that can be done in the product.
type FeatureUse struct {
	Name  string  `json:"name"`
	Users int     `json:"users" doc:"People of the account who did it in the last 30 days"`
	Times int64   `json:"times"`
	Share float64 `json:"peers_share" doc:"Share of peers in which anybody did it"`
}

// TimelineEntry is one thing that happened: a fact, a day of use or a note.
type TimelineEntry struct {
	When    time.Time    `json:"ts" doc:"Of a day of use, the end of the day"`
	Kind    string       `json:"kind"`
	Account string       `json:"account_id,omitempty"`
	User    string       `json:"user_id,omitempty"`
	Fact    FactRow      `json:"fact,omitempty"`
	Use     *UseOfDay    `json:"use,omitempty"`
	Note    *AccountNote `json:"note,omitempty"`
}

// UseOfDay is what was done in the product on a day.
type UseOfDay struct {
	Times  int64       `json:"times"`
	Things []ThingDone `json:"things" nullable:"false" doc:"The most frequent ones"`
}

// ThingDone is how often something was done.
type ThingDone struct {
	Name  string `json:"name"`
	Times int64  `json:"times"`
}

// AccountNote is what somebody of the team wrote.
type AccountNote struct {
	ID     string `json:"id"`
	Author string `json:"author"`
	Text   string `json:"text"`
}

// TimelinePage is a part of what happened, the latest first.
type TimelinePage struct {
	Entries []TimelineEntry `json:"entries" nullable:"false"`
	Next    string          `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
}

type accountsIn struct {
	Text    string `query:"q" doc:"Every word must occur in the name, the id or the domain"`
	Segment string `query:"segment" example:"plan = enterprise and country in (RO, MD)" doc:"Only those in it: text, or @name"`
	Tag     string `query:"tag" doc:"Only those with this tag"`
	Sort    string `query:"sort" doc:"A column, with - before it downwards" example:"-mrr"`
	Columns string `query:"columns" doc:"Which fields to give, besides account_id; without it, all" example:"name,mrr,renewal"`
	Cursor  string `query:"cursor" doc:"next of the page before"`
	Limit   int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at the most"`
}

type accountIn struct {
	ID string `path:"id" doc:"The account" example:"acme"`
}

type timelineIn struct {
	ID     string `path:"id" doc:"The account" example:"acme"`
	Kind   string `query:"kind" doc:"Kinds of entries, with commas" example:"tickets,answers"`
	Text   string `query:"q" doc:"Must occur in an entry's texts"`
	User   string `query:"user_id" doc:"The sender's own id of a person"`
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at the most"`
}

const ifAccountsSlow = "ask for less, or again when the server has less to do"

func (a *API) accounts() {
	tags := []string{"accounts"}
	route(a, team.Read, huma.Operation{OperationID: "list-accounts", Method: http.MethodGet, Path: "/api/v1/accounts", Tags: tags,
		Summary: "All accounts as they stand", Description: "Filtered, sorted, and in pages."},
		func(ctx context.Context, in *accountsIn) (*struct{ Body *AccountPage }, error) {
			page, err := a.accountPage(ctx, in)
			return &struct{ Body *AccountPage }{page}, err
		})
	route(a, team.Read, huma.Operation{OperationID: "get-account", Method: http.MethodGet, Path: "/api/v1/accounts/{id}", Tags: tags,
		Summary: "One account", Description: "What is going on, and why: all that its page tells."},
		func(ctx context.Context, in *accountIn) (*struct{ Body *AccountProfile }, error) {
			var out *AccountProfile
			err := a.question(ctx, ifAccountsSlow, func(ctx context.Context) (err error) {
				out, err = a.accountProfile(ctx, in.ID)
				return err
			})
			return &struct{ Body *AccountProfile }{out}, err
		})
	route(a, team.Read, huma.Operation{OperationID: "get-account-timeline", Method: http.MethodGet, Path: "/api/v1/accounts/{id}/timeline", Tags: tags,
		Summary: "What happened to an account", Description: "Facts, days of use and notes, the latest first."},
		func(ctx context.Context, in *timelineIn) (*struct{ Body *TimelinePage }, error) {
			ask := account.TimelineAsk{Account: in.ID, User: in.User, Text: in.Text, Open: true, Limit: in.Limit}
			if in.Kind != "" {
				ask.Kinds = strings.Split(in.Kind, ",")
			}
			var err error
			if ask.Before, err = account.PlaceAt(in.Cursor); err != nil {
				return nil, err
			}
			out := &TimelinePage{}
			err = a.question(ctx, ifAccountsSlow, func(ctx context.Context) error {
				t, err := a.Accounts.Timeline(ctx, ask)
				if err == nil {
					out.Entries, out.Next = shownTimeline(t), t.Next.String()
				}
				return err
			})
			return &struct{ Body *TimelinePage }{out}, err
		})
}

func (a *API) accountPage(ctx context.Context, in *accountsIn) (*AccountPage, error) {
	columns, err := columnsOf(in.Columns)
	if err != nil {
		return nil, err
	}
	book, err := a.Accounts.Book(ctx)
	if err != nil {
		return nil, err
	}
	chosen, err := a.Accounts.Chooser(ctx, in.Segment)
	if err != nil {
		return nil, err
	}
	tags, err := a.Accounts.Tags(ctx)
	if err != nil {
		return nil, err
	}
	if in.Cursor != "" && book.Get(in.Cursor) == nil {
		return nil, fault.New(fault.Invalid, "the cursor can't be read").Field("cursor", "is none of a page that came before")
	}
	if tagged := chosen; in.Tag != "" {
		chosen = func(s *account.Standing) bool {
			return slices.Contains(tags[s.ID], in.Tag) && (tagged == nil || tagged(s))
		}
	}
	page, err := book.Page(account.Question{Text: in.Text, Chosen: chosen, Sort: in.Sort, After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &AccountPage{At: book.At.UTC(), Total: page.Total, Accounts: []Account{}, Next: page.Next}
	for _, s := range page.Accounts {
		out.Accounts = append(out.Accounts, shownAccount(s, tags[s.ID], columns))
	}
	return out, nil
}

// columnsOf reads a list of columns; nil is all.
func columnsOf(text string) (map[string]bool, error) {
	if text == "" {
		return nil, nil
	}
	columns := map[string]bool{}
	for _, id := range strings.Split(text, ",") {
		if _, ok := account.ColumnNamed(id); !ok && id != "tags" && id != "account_id" {
			var known []string
			for _, c := range account.Columns {
				known = append(known, c.ID)
			}
			return nil, fault.New(fault.Invalid, "the accounts can't be shown like that").Field("columns", "known are %s, tags", strings.Join(known, ", "))
		}
		columns[id] = true
	}
	return columns, nil
}

func shownAccount(s *account.Standing, tags []string, columns map[string]bool) Account {
	want := func(id string) bool { return columns == nil || columns[id] }
	out := Account{ID: s.ID}
	for id, place := range map[string]*string{"name": &out.Name, "plan": &out.Plan, "stage": &out.Stage, "csm": &out.CSM, "country": &out.Country, "size": &out.Size,
		"industry": &out.Industry, "region": &out.Region, "touch_model": &out.Touch} {
		if want(id) {
			*place = s.Trait(id).Text
		}
	}
	for id, pair := range map[string]struct {
		place **time.Time
		at    time.Time
	}{"created_at": {&out.Created, s.Created}, "since": {&out.Since, s.Since}, "renewal": {&out.Renewal, s.Renewal}, "last_seen": {&out.LastSeen, s.LastSeen}} {
		if want(id) && !pair.at.IsZero() {
			*pair.place = &pair.at
		}
	}
	for id, pair := range map[string]struct {
		place **int
		n     int
	}{"contacts": {&out.Contacts, s.Contacts}, "active": {&out.Active, s.Active}, "tickets": {&out.Tickets, s.Tickets}} {
		if want(id) {
			*pair.place = &pair.n
		}
	}
	if want("since") && !s.Until.IsZero() {
		out.Until = &s.Until
	}
	if want("mrr") {
		out.MRR = amountOf(s.MRR)
	}
	if want("overdue") {
		out.Overdue = amountOf(s.Overdue)
	}
	if want("nps") && s.NPS != nil {
		out.NPS, out.NPSAt = s.NPS, &s.NPSAt
	}
	if want("health") {
		out.Health, out.Band = s.Health, s.Band
	}
	if want("domain") {
		out.Domain = s.Domain
	}
	if columns == nil {
		out.Parent, out.HealthOverride = s.Parent, s.HealthOverride
	}
	if want("tags") {
		out.Tags = tags
	}
	return out
}

func amountOf(m account.Money) *Amount {
	if !m.Known() {
		return nil
	}
	return &Amount{m.Major(), m.Currency}
}

func (a *API) accountProfile(ctx context.Context, id string) (*AccountProfile, error) {
	p, err := a.Accounts.Profile(ctx, id)
	if err != nil {
		return nil, err
	}
	t, err := a.Accounts.Timeline(ctx, account.TimelineAsk{Account: id, Open: true, Limit: 50})
	if err != nil {
		return nil, err
	}
	tags, err := a.Accounts.Tags(ctx)
	if err != nil {
		return nil, err
	}
	out := &AccountProfile{Account: shownAccount(p.Standing, tags[id], nil), Traits: map[string]string{}, Parents: []string{}, Children: []string{}, Months: []MonthAmount{},
		Weeks: p.Weeks, ActiveBefore: p.ActiveBefore, Peers: p.Peers, Features: []FeatureUse{}, People: []ContactLine{}, Timeline: shownTimeline(t)}
	for _, own := range p.Own {
		out.Traits[own.Name] = own.Value
	}
	for _, r := range p.Parents {
		out.Parents = append(out.Parents, r.ID)
	}
	for _, r := range p.Children {
		out.Children = append(out.Children, r.ID)
	}
	for _, m := range p.Months {
		out.Months = append(out.Months, MonthAmount{m.Month.Format("2006-01"), amountOf(m.Worth)})
	}
	for _, f := range p.Features {
		out.Features = append(out.Features, FeatureUse{f.Name, f.Users, f.Times, f.OfPeers})
	}
	for i := range p.People {
		out.People = append(out.People, shownContact(&p.People[i]))
	}
	for into, facts := range map[*[]FactRow][]*fact.Fact{&out.Subscriptions: p.Subscriptions, &out.Contracts: p.Contracts, &out.Invoices: p.Invoices, &out.Orders: p.Orders,
		&out.Answers: p.Answers, &out.Tickets: p.Tickets, &out.Interactions: p.Interactions} {
		*into = shownFacts(facts)
	}
	return out, nil
}

func shownFacts(facts []*fact.Fact) []FactRow {
	rows := []FactRow{}
	for _, f := range facts {
		rows = append(rows, shownFact(f))
	}
	return rows
}

func shownFact(f *fact.Fact) FactRow {
	row := FactRow{}
	if err := json.Unmarshal(ingest.JSONRow(f), &row); err != nil {
		return FactRow{"id": fact.ExportedIDPrefix + f.ID.String()} // never: the row is JSON of ours
	}
	return row
}

func shownTimeline(t account.Timeline) []TimelineEntry {
	all := []TimelineEntry{}
	for _, e := range t.Entries {
		one := TimelineEntry{When: e.At, Kind: e.Kind, Account: e.Account, User: e.User}
		switch {
		case e.Fact != nil:
			one.Fact = shownFact(e.Fact)
		case e.Note != nil:
			one.Note = &AccountNote{e.Note.ID, e.Note.Author, e.Note.Text}
		case e.Use != nil:
			one.Use = &UseOfDay{Times: e.Use.Times, Things: []ThingDone{}}
			for _, thing := range e.Use.Things {
				one.Use.Things = append(one.Use.Things, ThingDone(thing))
			}
		}
		all = append(all, one)
	}
	return all
}
