package account

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// Profile is one account with what its page tells: how it stands, what it pays, what it uses, who its people are.
type Profile struct {
	*Standing
	// Own are the sender's own traits, by name.
	Own []OwnTrait
	// Parents lead from the one right above to the top; Children are those right below.
	Parents, Children []Related
	// Months has the recurring value at the end of each of the last months, the running one last.
	Months []MonthWorth
	// Weeks counts the people active in each of the last weeks (Monday to Sunday), the running one last; ActiveBefore
	// those active in the 30 days before the last 30.
	Weeks        []int64
	ActiveBefore int
	// Features are what its people did in the last 30 days, and what people of its Peers did: accounts of the same plan
	// in which anybody did anything.
	Features []Feature
	Peers    int
	// People are those who belong to it, who was seen last first, at most PeopleShown.
	People []Contact
	// Subscriptions, Contracts and Invoices are in their latest state; all lists have the latest first and are cut.
	Subscriptions, Contracts, Invoices, Orders, Answers, Tickets, Interactions []*fact.Fact
	// Names are those of people that facts name by user id.
	Names map[string]string
}

// PeopleShown is how many people a profile lists.
const PeopleShown = 8

// OwnTrait is a trait that the sender made up.
type OwnTrait struct{ Name, Value string }

// Related is another account.
type Related struct{ ID, Name string }

// MonthWorth is a recurring value at the end of a month, or now in the running one.
type MonthWorth struct {
	Month time.Time // its first day in the workspace zone
	Worth Money
}

// Feature is something that can be done in the product: by how many people of the account, how often, and in how many of
// its peers anybody did it.
type Feature struct {
	Name    string
	Users   int
	Times   int64
	Peers   int
	OfPeers float64 // share of all peers
}

// Contact is a person in customer companies.
type Contact struct {
	Person Actor
	User   string // the user id the person goes by
	Name, Email, Role, Title,
	Locale, Timezone string
	Unsubscribed bool
	Created      time.Time
	// Account is where the person belongs, or belonged last; of several the one joined last. Since is when it joined.
	Account, AccountName string
	Since                time.Time
	LastSeen             time.Time
	// Days are those of the last 30 on which the person did something.
	Days int
}

// Called is what to call the person: the name, the address, or the id.
func (c *Contact) Called() string {
	switch {
	case c.Name != "":
		return c.Name
	case c.Email != "":
		return c.Email
	}
	return c.User
}

// Hidden stands for what a reader may not see.
const Hidden = "•••"

// Mask hides what names or describes the person.
func (c *Contact) Mask() {
	for _, text := range []*string{&c.Name, &c.Email} {
		if *text != "" {
			*text = Hidden
		}
	}
	if strings.Contains(c.User, "@") {
		c.User = Hidden
	}
}

// Mask is the fact without what names or describes a person.
func Mask(f *fact.Fact) *fact.Fact {
	masked := *f
	masked.Values = append([]fact.Value(nil), f.Values...)
	masked.Properties = nil
	for i, c := range f.Kind.Columns {
		if c.Personal && i < len(masked.Values) && masked.Values[i].State == fact.Present {
			masked.Values[i] = fact.TextValue(Hidden)
		}
	}
	return &masked
}

// Mask hides what names or describes people.
func (p *Profile) Mask() {
	for i := range p.People {
		p.People[i].Mask()
	}
	for user := range p.Names {
		p.Names[user] = Hidden
	}
	for _, facts := range [][]*fact.Fact{p.Orders, p.Answers, p.Tickets, p.Interactions} {
		for i, f := range facts {
			facts[i] = Mask(f)
		}
	}
}

// Clone is a profile of its own: of what masking and showing change nothing is shared.
func (p *Profile) Clone() *Profile {
	c := *p
	c.Own, c.People, c.Names = slices.Clone(p.Own), slices.Clone(p.People), maps.Clone(p.Names)
	for _, facts := range []*[]*fact.Fact{&c.Orders, &c.Answers, &c.Tickets, &c.Interactions} {
		*facts = slices.Clone(*facts)
	}
	return &c
}

// ContactProfile is one person with what their page tells: who it is, where it belonged, what it uses and answered.
type ContactProfile struct {
	Contact
	Who      *Person
	Accounts []StayOver
	Own      []OwnTrait
	Features []Feature
	Weeks    []int64 // days active in each of the last weeks, the running one last
	Answers  []*fact.Fact
	Tickets  []*fact.Fact
}

// StayOver is a time in which a person belonged to an account; a zero Until says it still does.
type StayOver struct {
	Related
	Role         string
	Since, Until time.Time
}

// Mask hides what names or describes the person.
func (p *ContactProfile) Mask() {
	p.Contact.Mask()
	p.Own = nil
	for _, facts := range [][]*fact.Fact{p.Answers, p.Tickets} {
		for i, f := range facts {
			facts[i] = Mask(f)
		}
	}
}

// ContactAsk asks for a page of people: who belongs to an account, whose name, address or id has every word of Text
// (names and addresses only when Open). After is the user id of the last one seen.
type ContactAsk struct {
	Account, Text, After string
	Open                 bool
	// Within holds it to people who belong to some accounts; nil: to none.
	Within []string
	Limit  int
}
