package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/team"
)

// deeds are what the company's team did about its customers.
type deeds struct {
	edits  []account.Edit
	undone []string
	views  []account.SavedView
	by     string // who did the last thing
}

// customer makes the n-th account.
func customer(n int, name func(string) string) *account.Standing {
	score := n % 11
	s := &account.Standing{Number: int32(n + 1), ID: fmt.Sprintf("acc/%d", n), Name: name("Nordwind Logistik"), Plan: name("enterprise"), Stage: name("adopted"), CSM: name("Ana"),
		Country: "DE", Size: name("11-50"), Industry: name("Logistics"), Domain: "nordwind.example", Since: noon.AddDate(-2, -4, 0), Renewal: noon.AddDate(0, 0, 52),
		MRR: account.Money{Minor: 1_840_000 - int64(n)*100, Currency: "EUR"}, Contacts: 58, Active: 31, LastSeen: noon.Add(-time.Hour), NPS: &score, NPSAt: noon.AddDate(0, 0, -9), Tickets: 1,
		Overdue: account.Money{Minor: 42_00, Currency: "EUR"}}
	if n == 1 {
		s = &account.Standing{Number: 2, ID: "acc/1"}
	}
	s.Fold()
	return s
}

func (c *company) Book(context.Context) (*account.Book, error) {
	var all []*account.Standing
	for n := range c.customers {
		all = append(all, customer(n, c.name))
	}
	return account.NewBook(noon, "EUR", all), c.down
}

func (c *company) Chooser(_ context.Context, text string) (func(*account.Standing) bool, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	trait, value, ok := strings.Cut(text, " = ")
	if _, known := fact.Accounts.Column(trait); !ok || !known {
		return nil, fault.New(fault.Invalid, "the segment can't be used").Field("segment", "%q is no trait of accounts", trait)
	}
	return func(s *account.Standing) bool { return s.Trait(trait).Text == value }, nil
}

// told makes a fact of a kind with every text column filled.
func (c *company) told(k *fact.Kind) *fact.Fact {
	f := &fact.Fact{Kind: k, At: noon.AddDate(0, 0, -3).UnixMicro(), Account: "acc/0", User: c.name("u-1"), Values: make([]fact.Value, len(k.Columns))}
	for i, column := range k.Columns {
		switch column.Type {
		case fact.Text, fact.Key:
			f.Values[i] = fact.TextValue(c.name(column.Name))
		case fact.Choice:
			f.Values[i] = fact.TextValue(column.Choices[0])
		case fact.Currency:
			f.Values[i] = fact.TextValue("EUR")
		case fact.Time:
			f.Values[i] = fact.TimeValue(noon.AddDate(0, 0, -5))
		case fact.Money, fact.Integer:
			f.Values[i] = fact.IntValue(123_456)
		case fact.Number:
			f.Values[i] = fact.NumValue(4)
		case fact.Bool:
			f.Values[i] = fact.BoolValue(true)
		}
	}
	return f
}

func (c *company) Profile(_ context.Context, id string) (*account.Profile, error) {
	var n int
	if _, err := fmt.Sscanf(id, "acc/%d", &n); err != nil || n >= c.customers {
		return nil, fault.New(fault.NotFound, "nothing is known of this account")
	}
	p := &account.Profile{Standing: customer(n, c.name), Weeks: make([]int64, 12)}
	if n == 1 {
		return p, c.down
	}
	p.Own = []account.OwnTrait{{Name: c.name("seats"), Value: c.name("58")}}
	p.Parents, p.Children = []account.Related{{ID: "acc/2", Name: c.name("Nordwind Group")}}, []account.Related{{ID: "acc/3", Name: c.name("Nordwind Süd")}}
	for i := range 13 {
		p.Months = append(p.Months, account.MonthWorth{Month: noon.AddDate(0, i-12, 0), Worth: account.Money{Minor: 1_700_000 + int64(i)*10_000, Currency: "EUR"}})
	}
	p.ActiveBefore, p.Peers = 57, 40
	for i := range 20 {
		p.Features = append(p.Features, account.Feature{Name: c.name("Route planned"), Users: (i * 7) % 31, Times: 90, Peers: 40 - i, OfPeers: float64(40-i) / 40})
	}
	person := account.Contact{Person: 1, User: c.name("u-1"), Name: c.name("Mira Vogt"), Email: c.name("mira@nordwind.example"), Role: c.name("owner"), Title: c.name("CEO"), LastSeen: noon, Days: 9}
	p.People = []account.Contact{person, {Person: 2, User: "u-2"}}
	p.Names = map[string]string{c.name("u-1"): c.name("Mira Vogt")}
	for into, kind := range map[*[]*fact.Fact]*fact.Kind{&p.Subscriptions: fact.Subscriptions, &p.Contracts: fact.Contracts, &p.Invoices: fact.Invoices, &p.Orders: fact.Orders,
		&p.Answers: fact.Answers, &p.Tickets: fact.Tickets, &p.Interactions: fact.Interactions} {
		for range 4 {
			*into = append(*into, c.told(kind))
		}
	}
	return p, c.down
}

func (c *company) Timeline(_ context.Context, ask account.TimelineAsk) (account.Timeline, error) {
	var t account.Timeline
	if c.customers == 0 || ask.Account == "acc/1" {
		return t, c.down
	}
	for i, kind := range account.TimelineKinds {
		e := account.Entry{Place: account.Place{At: noon.Add(-time.Duration(i) * 5 * time.Hour), Seq: int64(i)}, Kind: kind, Who: c.name("Mira Vogt"), User: c.name("u-1")}
		switch k, ok := fact.KindNamed(kind); {
		case ok:
			e.Fact = c.told(k)
		case kind == account.UseEntry:
			e.Use = &account.Use{Times: 1234, Things: []account.Thing{{Name: c.name("Job done"), Times: 9}}, More: 3}
		default:
			e.Note = &account.Note{ID: "n1", Text: c.name("Call @bob"), Author: c.name("ana"), Created: noon}
		}
		if ask.Wants(kind) {
			t.Entries = append(t.Entries, e)
		}
	}
	t.Next = account.Place{At: noon.AddDate(0, -1, 0), Seq: 7}
	return t, c.down
}

func (c *company) Contacts(_ context.Context, ask account.ContactAsk) ([]account.Contact, error) {
	var all []account.Contact
	for n := range min(c.customers, ask.Limit) {
		all = append(all, account.Contact{Person: int32(n), User: c.name(fmt.Sprint("u-", n)), Name: c.name("Mira Vogt"), Email: c.name("mira@nordwind.example"), Account: "acc/0",
			AccountName: c.name("Nordwind"), Role: c.name("owner"), Title: c.name("CEO"), LastSeen: noon})
	}
	return all, c.down
}

func (c *company) Contact(_ context.Context, user string) (*account.ContactProfile, error) {
	if !strings.HasPrefix(user, "u-") || c.customers == 0 {
		return nil, fault.New(fault.NotFound, "nothing is known of this person")
	}
	return &account.ContactProfile{Contact: account.Contact{User: user, Name: c.name("Mira Vogt"), Email: c.name("mira@nordwind.example"), Unsubscribed: true, Account: "acc/0", AccountName: c.name("Nordwind"), Created: noon},
		Accounts: []account.StayOver{{Related: account.Related{ID: "acc/0", Name: c.name("Nordwind")}, Role: c.name("owner"), Since: noon.AddDate(-1, 0, 0)}},
		Own:      []account.OwnTrait{{Name: c.name("phone"), Value: c.name("+40")}}, Features: []account.Feature{{Name: c.name("Job done"), Times: 12}},
		Weeks: make([]int64, 12), Answers: []*fact.Fact{c.told(fact.Answers)}, Tickets: []*fact.Fact{c.told(fact.Tickets)}}, c.down
}

func (c *company) Apply(_ context.Context, e account.Edit, who string) (string, int, error) {
	if err := e.Check(); err != nil {
		return "", 0, err
	}
	c.did.edits, c.did.by = append(c.did.edits, e), who
	return "undo-1", len(e.Accounts), nil
}

func (c *company) Undo(_ context.Context, id, who string) error {
	if id != "undo-1" {
		return fault.New(fault.NotFound, "this was undone already")
	}
	c.did.undone, c.did.by = append(c.did.undone, id), who
	return nil
}

func (c *company) Untag(_ context.Context, _ []string, tag, who string) (string, error) {
	c.did.by = who
	return "undo-1", nil
}

func (c *company) ChangeNote(context.Context, string, string, string) (string, error) {
	return "undo-1", nil
}

func (c *company) AccountFiles(_ context.Context, id string) ([]account.File, error) {
	if c.values == 0 {
		return nil, nil
	}
	return []account.File{{ID: "f1", Account: id, Name: c.name("Offer") + ".pdf", Bytes: 1_300_000, Author: c.name("Ana"), Created: c.now.Add(-time.Hour)}}, nil
}

func (c *company) KeepFile(_ context.Context, id, name string, content []byte, who string) (account.File, string, error) {
	f, err := account.NewFile(id, name, int64(len(content)), who, c.now)
	return f, "undo-1", err
}

func (c *company) OpenFile(_ context.Context, id, file string) (account.File, []byte, error) {
	return account.File{ID: file, Account: id, Name: "договор \".html", Kind: "text/plain"}, []byte("<script>alert(1)</script>"), nil
}

func (c *company) RemoveFile(context.Context, string, string, string) (string, error) {
	return "undo-1", nil
}

func (c *company) RemoveNote(context.Context, string, string) (string, error) { return "undo-1", nil }

func (c *company) Tags(context.Context) (map[string][]string, error) {
	if c.customers == 0 {
		return nil, c.down
	}
	return map[string][]string{"acc/0": {c.name("vip")}}, c.down
}

func (c *company) AccountViews(_ context.Context, owner string) ([]account.SavedView, error) {
	return slices.DeleteFunc(slices.Clone(c.did.views), func(v account.SavedView) bool { return v.Owner != owner && !v.Shared }), c.down
}

func (c *company) SaveView(_ context.Context, v account.SavedView) (string, error) {
	if err := v.Check(); err != nil {
		return "", err
	}
	v.ID = fmt.Sprint("view-", len(c.did.views))
	c.did.views = append(c.did.views, v)
	return v.ID, nil
}

func (c *company) RemoveView(_ context.Context, id, _ string) (string, error) {
	c.did.views = slices.DeleteFunc(c.did.views, func(v account.SavedView) bool { return v.ID == id })
	return "undo-1", nil
}

// Signs let every rule hold for the first account, and some for others.
func (c *company) Signs(context.Context) (map[account.Account]*account.Signs, error) {
	all := map[account.Account]*account.Signs{}
	for n := range c.customers {
		g := &account.Signs{Recent: 30, Usual: 31}
		if n%4 == 0 {
			g = &account.Signs{Recent: 9, Usual: 31, Due: noon.AddDate(0, 0, -19), Quiet: &account.Quiet{User: "u-1", Name: c.name("Alejandro Iglesias"), Last: noon.AddDate(0, 0, -25)},
				Unhappy: &account.Unhappy{Kind: "nps", Score: 3, At: noon.AddDate(0, 0, -3)}}
		}
		all[int32(n+1)] = g
	}
	return all, c.down
}

// Mentions call everybody who is asked about.
func (c *company) Mentions(_ context.Context, u team.User) ([]account.Mention, error) {
	if c.customers == 0 {
		return nil, c.down
	}
	return []account.Mention{{Note: account.Note{ID: "n1", Account: "acc/0", Text: c.name("Could you call them, ") + " @" + u.Name + "?", Author: c.name("Dan Reyes"), Created: noon.AddDate(0, 0, -1)}, Seen: c.seen}}, c.down
}

// SeeMention marks the one there is.
func (c *company) SeeMention(_ context.Context, _ team.User, note string, seen bool) error {
	if note != "n1" {
		return fault.New(fault.NotFound, "no note with this id mentions anybody")
	}
	if c.seen = (time.Time{}); seen {
		c.seen = noon
	}
	return c.down
}

// TakeFile takes nothing in: it reads, checks and counts.
func (c *company) TakeFile(ctx context.Context, kind string, rows ingest.RowReader, read *ingest.Counter, o ingest.ImportOptions, at string, dry bool) (ingest.Progress, error) {
	if c.down != nil {
		return ingest.Progress{}, c.down
	}
	door := &ingest.Facts{Zone: time.UTC, Now: func() time.Time { return c.now }}
	done, err := ingest.Import(ctx, kind, rows, read, &ingest.LocalSink{Facts: door, DryRun: true, At: at}, o)
	if !dry {
		c.taken = append(c.taken, kind)
	}
	return done, err
}
