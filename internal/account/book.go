package account

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Book is all accounts as they stood at an instant. It does not change; its methods may be called at once.
type Book struct {
	At       time.Time
	Currency string // of amounts; empty where they are in several and none is chosen
	All      []*Standing
	byID     map[string]*Standing

	mu     sync.Mutex
	orders map[string][]*Standing

	tree func() *Tree // how they hang together, found when it is first asked for
}

// NewBook makes a book of standings.
func NewBook(at time.Time, currency string, all []*Standing) *Book {
	b := &Book{At: at, Currency: currency, All: all, byID: make(map[string]*Standing, len(all)), orders: map[string][]*Standing{}}
	for _, s := range all {
		b.byID[s.ID] = s
	}
	b.tree = sync.OnceValue(func() *Tree {
		parents := map[string]string{}
		for _, s := range all {
			parents[s.ID] = s.Parent
		}
		return NewTree(parents)
	})
	return b
}

// Related are the accounts above one, from the one right above to the top, and those right below.
func (b *Book) Related(id string) (above, below []Related) {
	related := func(id string) Related {
		if s := b.Get(id); s != nil {
			return Related{ID: id, Name: s.Title()}
		}
		return Related{ID: id, Name: id} // nothing else is known of it
	}
	tree := b.tree()
	for id := tree.Parent(id); id != ""; id = tree.Parent(id) {
		above = append(above, related(id))
	}
	for _, id := range tree.Children(id) {
		below = append(below, related(id))
	}
	return above, below
}

// Get is the standing of one account; nil when there is none.
func (b *Book) Get(id string) *Standing { return b.byID[id] }

// Column is something that an account can be shown by and sorted by.
type Column struct {
	ID string
	// Numeric columns stand on the right and are sorted downwards first.
	Numeric bool
	// compare orders two accounts for which known is true; accounts without a value come last, up or down.
	compare func(a, b *Standing) int
	known   func(*Standing) bool
}

func textColumn(id string, of func(*Standing) string) Column {
	return Column{ID: id, known: func(s *Standing) bool { return of(s) != "" },
		compare: func(a, b *Standing) int {
			x, y := of(a), of(b)
			return cmp.Or(strings.Compare(strings.ToLower(x), strings.ToLower(y)), strings.Compare(x, y))
		}}
}

func timeColumn(id string, of func(*Standing) time.Time) Column {
	return Column{ID: id, known: func(s *Standing) bool { return !of(s).IsZero() }, compare: func(a, b *Standing) int { return of(a).Compare(of(b)) }}
}

func countColumn(id string, of func(*Standing) int) Column {
	return Column{ID: id, Numeric: true, known: func(*Standing) bool { return true }, compare: func(a, b *Standing) int { return cmp.Compare(of(a), of(b)) }}
}

// Amounts of several currencies that have no rate stand beside each other, by currency.
func moneyColumn(id string, of func(*Standing) Money) Column {
	return Column{ID: id, Numeric: true, known: func(s *Standing) bool { return of(s).Known() },
		compare: func(a, b *Standing) int {
			x, y := of(a), of(b)
			return cmp.Or(strings.Compare(y.Currency, x.Currency), cmp.Compare(x.Minor, y.Minor))
		}}
}

// Columns are all there are, in the order in which they are offered; the name comes first.
var Columns = []Column{
	{ID: "name", known: func(*Standing) bool { return true }, compare: func(a, b *Standing) int { return strings.Compare(a.folded, b.folded) }},
	{ID: "health", Numeric: true, known: func(s *Standing) bool { return s.Health != nil }, compare: func(a, b *Standing) int { return cmp.Compare(*a.Health, *b.Health) }},
	textColumn("plan", func(s *Standing) string { return s.Plan }),
	textColumn("stage", func(s *Standing) string { return s.Stage }),
	textColumn("csm", func(s *Standing) string { return s.CSM }),
	textColumn("country", func(s *Standing) string { return s.Country }),
	textColumn("size", func(s *Standing) string { return s.Size }),
	moneyColumn("mrr", func(s *Standing) Money { return s.MRR }),
	timeColumn("since", func(s *Standing) time.Time { return s.Since }),
	timeColumn("renewal", func(s *Standing) time.Time { return s.Renewal }),
	countColumn("contacts", func(s *Standing) int { return s.Contacts }),
	countColumn("active", func(s *Standing) int { return s.Active }),
	timeColumn("last_seen", func(s *Standing) time.Time { return s.LastSeen }),
	{ID: "nps", Numeric: true, known: func(s *Standing) bool { return s.NPS != nil }, compare: func(a, b *Standing) int { return cmp.Compare(*a.NPS, *b.NPS) }},
	countColumn("tickets", func(s *Standing) int { return s.Tickets }),
	moneyColumn("overdue", func(s *Standing) Money { return s.Overdue }),
	textColumn("industry", func(s *Standing) string { return s.Industry }),
	textColumn("region", func(s *Standing) string { return s.Region }),
	textColumn("touch_model", func(s *Standing) string { return s.Touch }),
	timeColumn("created_at", func(s *Standing) time.Time { return s.Created }),
	textColumn("domain", func(s *Standing) string { return s.Domain }),
}

// UsualColumns are those shown until a reader chooses others.
var UsualColumns = []string{"name", "health", "plan", "stage", "csm", "mrr", "renewal", "active", "last_seen", "nps", "tickets"}

// ColumnNamed is the column with an id.
func ColumnNamed(id string) (Column, bool) {
	i := slices.IndexFunc(Columns, func(c Column) bool { return c.ID == id })
	if i < 0 {
		return Column{}, false
	}
	return Columns[i], true
}

// Question asks for a page of a book.
type Question struct {
	// Text is searched in names, ids and domains: every word of it must occur.
	Text string
	// Chosen says which accounts are asked about; nil: all.
	Chosen func(*Standing) bool
	// Sort is a column, with - before it downwards; empty: by name. After is the id of the last account seen.
	Sort, After string
	Limit       int // 0: all
}

// Page is an answer to a Question. Total counts all that match; Next is what to ask After, empty at the end.
type Page struct {
	Accounts []*Standing
	Total    int
	Next     string
}

// Page answers a question. A sort by a column that is none is a fault.Invalid.
func (b *Book) Page(q Question) (Page, error) {
	order, err := b.order(q.Sort)
	if err != nil {
		return Page{}, err
	}
	words := strings.Fields(Folded(q.Text))
	p := Page{}
	passed := q.After == "" || b.byID[q.After] == nil
	for _, s := range order {
		match := s.has(words) && (q.Chosen == nil || q.Chosen(s))
		if match {
			p.Total++
		}
		switch {
		case !passed:
			passed = s.ID == q.After
		case !match:
		case q.Limit == 0 || len(p.Accounts) < q.Limit:
			p.Accounts = append(p.Accounts, s)
		case p.Next == "":
			p.Next = p.Accounts[len(p.Accounts)-1].ID
		}
	}
	return p, nil
}

func (s *Standing) has(words []string) bool {
	for _, w := range words {
		if !strings.Contains(s.folded, w) {
			return false
		}
	}
	return true
}

// order is all accounts in one order; equal ones by id. It is made once for each order that is asked for.
func (b *Book) order(sort string) ([]*Standing, error) {
	if sort == "" {
		sort = "name"
	}
	id, down := strings.CutPrefix(sort, "-")
	c, ok := ColumnNamed(id)
	if !ok {
		return nil, fault.New(fault.Invalid, "accounts can't be sorted like that").Field("sort", "%q is no column", clip(id))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if order := b.orders[sort]; order != nil {
		return order, nil
	}
	order := slices.Clone(b.All)
	slices.SortFunc(order, func(x, y *Standing) int {
		kx, ky := c.known(x), c.known(y)
		switch {
		case kx != ky && kx:
			return -1
		case kx != ky:
			return 1
		case !kx:
			return strings.Compare(x.ID, y.ID)
		}
		n := c.compare(x, y)
		if down {
			n = -n
		}
		return cmp.Or(n, strings.Compare(x.ID, y.ID))
	})
	b.orders[sort] = order
	return order, nil
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

// With is the book with some standings in place of what it has of those accounts; new ones are added.
func (b *Book) With(standings []*Standing) *Book {
	fresh := make(map[string]*Standing, len(standings))
	for _, s := range standings {
		fresh[s.ID] = s
	}
	all := make([]*Standing, 0, len(b.All)+len(standings))
	for _, s := range b.All {
		if fresh[s.ID] == nil {
			all = append(all, s)
		}
	}
	return NewBook(b.At, b.Currency, append(all, standings...))
}

// Narrow is the book with only the accounts that keep says.
func (b *Book) Narrow(keep func(*Standing) bool) *Book {
	var all []*Standing
	for _, s := range b.All {
		if keep(s) {
			all = append(all, s)
		}
	}
	return NewBook(b.At, b.Currency, all)
}
