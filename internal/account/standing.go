package account

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/keepwell/keepwell/internal/fact"
)

// Standing is an account as it stands at an instant: what the facts up to it say. Zero values are not known.
type Standing struct {
	Number Account // the lake's
	ID     string

	Name, Plan, Industry, Country, Region, Size string
	Stage, CSM, Parent, Touch                   string
	Created                                     time.Time
	HealthOverride                              *float64
	// Domain is that of most of its contacts' addresses, where it is the company's own.
	Domain string

	// MRR is what it pays a month; Mixed says that a part of it has no exchange rate and is missing.
	MRR   Money
	Mixed bool
	// Since is when it first paid, Until when it stopped (zero: it still pays), Renewal the next end of a term.
	Since, Until, Renewal time.Time
	// Left says that it pays nothing and nothing is left that it could pay for: all subscriptions are canceled, also of a trial
	// that came to nothing, or all contracts are over. Who never had any has not left.
	Left bool

	Contacts int // people who belong to it
	Active   int // people who did something in the product in the last 30 days
	LastSeen time.Time
	NPS      *int // the last answer's score
	NPSAt    time.Time
	Tickets  int   // open ones
	Overdue  Money // of invoices past their due date

	// Health is its score from 0 to 100 and Band what it is called there, as they were told last; nil and empty without one,
	// and where it has left.
	Health *float64
	Band   string

	folded string // what is searched
}

// Title is the account's name, or its id where it has none.
func (s *Standing) Title() string {
	if s.Name != "" {
		return s.Name
	}
	return s.ID
}

// Fold prepares the standing for searching; whoever makes one calls it when it is whole.
func (s *Standing) Fold() { s.folded = Folded(s.Title() + "\n" + s.ID + "\n" + s.Domain) }

// Folded is a text without case and accents, for searching: "Știri" is found by "stiri".
func Folded(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	ascii := true
	for i := range len(text) {
		ascii = ascii && text[i] < 0x80
	}
	if !ascii {
		text = norm.NFD.String(text)
	}
	for _, r := range text {
		if r >= 0x80 && unicode.Is(unicode.Mn, r) {
			continue
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Trait is the value of a column of the kind accounts.
func (s *Standing) Trait(name string) fact.Value {
	text := ""
	switch name {
	case "account_id":
		text = s.ID
	case "name":
		text = s.Name
	case "plan":
		text = s.Plan
	case "industry":
		text = s.Industry
	case "country":
		text = s.Country
	case "region":
		text = s.Region
	case "size":
		text = s.Size
	case "stage":
		text = s.Stage
	case "csm":
		text = s.CSM
	case "parent_account_id":
		text = s.Parent
	case "touch_model":
		text = s.Touch
	case "created_at":
		if !s.Created.IsZero() {
			return fact.TimeValue(s.Created)
		}
	case "health_override":
		if s.HealthOverride != nil {
			return fact.NumValue(*s.HealthOverride)
		}
	}
	if text == "" {
		return fact.Value{}
	}
	return fact.TextValue(text)
}

// SetTrait is the other way round; a value that is not present erases.
func (s *Standing) SetTrait(name string, v fact.Value) {
	if v.State != fact.Present {
		v = fact.Value{}
	}
	switch name {
	case "name":
		s.Name = v.Text
	case "plan":
		s.Plan = v.Text
	case "industry":
		s.Industry = v.Text
	case "country":
		s.Country = v.Text
	case "region":
		s.Region = v.Text
	case "size":
		s.Size = v.Text
	case "stage":
		s.Stage = v.Text
	case "csm":
		s.CSM = v.Text
	case "parent_account_id":
		s.Parent = v.Text
	case "touch_model":
		s.Touch = v.Text
	case "created_at":
		if s.Created = (time.Time{}); v.State == fact.Present {
			s.Created = time.UnixMicro(v.Int).UTC()
		}
	case "health_override":
		if s.HealthOverride = nil; v.State == fact.Present {
			s.HealthOverride = &v.Num
		}
	}
}

// freeMail are domains of addresses that say nothing about a company.
var freeMail = map[string]bool{"gmail.com": true, "googlemail.com": true, "outlook.com": true, "hotmail.com": true, "live.com": true, "yahoo.com": true,
	"icloud.com": true, "aol.com": true, "proton.me": true, "gmx.de": true, "gmx.net": true, "web.de": true, "mail.ru": true, "yandex.ru": true,
	"yandex.com": true, "bk.ru": true, "inbox.ru": true, "list.ru": true, "yahoo.es": true, "hotmail.es": true, "yahoo.ro": true}

// FreeMail says whether a domain is one that anybody may have an address at.
func FreeMail(domain string) bool { return freeMail[strings.ToLower(domain)] }
