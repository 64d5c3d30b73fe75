package ingest

import (
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// What each call of the Segment spec means in facts:
//
//	identify  the person's traits (contacts); with an anonymousId also that the visitor is this person (links). Without a
//	          userId there is nobody to keep traits of: the event "$identify" keeps them in its properties.
//	group     the account's traits (accounts); with a userId also that the person belongs to it (memberships)
//	track     what was done (events); orders of the e-commerce spec also as orders
//	page      a page view (pages)
//	screen    the event "Viewed NAME Screen"
//	alias     that userId continues previousId (links)
//
// A context's groupId (or a groupId beside it) names the account, and that the person belongs to it. Of the rest of a
// context only the page, the campaign and the session are used; addresses and devices are not kept.

// factsOf appends the facts of a checked call, the one that stands for it first.
func (in *intake) factsOf(c *call) {
	c.context.over(&in.context)
	account := c.group
	if account == "" {
		account = c.context.group
	}
	at, bounded := c.instant(in.received, in.sent, in.zone)
	if c.trouble != nil {
		return
	}
	m := making{in: in, c: c, key: c.key(in.received), account: account, at: at, bounded: bounded}
	switch c.kind {
	case "identify":
		m.identify()
	case "group":
		m.group()
	case "track":
		m.event(c.name)
		m.order()
	case "page":
		m.page()
	case "screen":
		m.event(strings.Join(strings.Fields("Viewed "+c.name+" Screen"), " "))
	case "alias":
		m.link("alias", "previous_id", c.previous)
	}
	if c.trouble == nil && account != "" && c.user != "" && c.kind != "identify" && c.kind != "group" && c.kind != "alias" {
		in.join(account, c.user, in.facts[len(in.facts)-1].At)
	}
}

// join says that user belongs to account, because a call at that instant named both. One fact an hour is enough, at its
// beginning, so that it is the same whichever of the hour's calls arrives first.
func (in *intake) join(account, user string, at int64) {
	at -= at % time.Hour.Microseconds() // never before 1970: facts begin in 1980
	id := joining(in.source, account, user, at)
	if in.joined.has(id) {
		return
	}
	in.joining = append(in.joining, id)
	in.facts = append(in.facts, membershipOfCall(in.source, account, user, at))
}

// making is one call being turned into facts.
type making struct {
	in      *intake
	c       *call
	key     string
	account string
	at      time.Time
	bounded bool
}

// begin starts a fact of kind with what all of a call's facts share.
func (m *making) begin(kind *fact.Kind) *fact.Builder {
	b := m.in.builder(kind)
	b.ID(fact.IDFor(kind, m.in.source, m.key))
	b.At(m.at)
	if m.bounded {
		b.Flag(fact.SkewBounded)
	}
	setText(b, "user_id", m.c.user)
	return b
}

// finish adds the fact, or says why the call can't be used.
func (m *making) finish(b *fact.Builder) {
	f, refused := b.Finish()
	if len(refused) > 0 {
		m.c.bad(ruleValue, "%s", refused[0].Error())
		return
	}
	m.in.facts = append(m.in.facts, f)
}

func setText(b *fact.Builder, name, text string) {
	if text != "" {
		b.Set(name, fact.Cell{Kind: fact.TextCell, Text: text})
	}
}

func (m *making) identify() {
	c := m.c
	if c.user == "" {
		b := m.begin(fact.Events)
		setText(b, "name", "$identify")
		setText(b, "anonymous_id", c.anonymous)
		setText(b, "account_id", m.account)
		b.KeepProperties(c.traits)
		m.finish(b)
		return
	}
	b := m.begin(fact.Contacts)
	setText(b, "account_id", m.account)
	first, last := m.traits(b, fact.Contacts)
	setText(b, "name", strings.TrimSpace(first+" "+last))
	m.finish(b)
	if c.anonymous != "" {
		m.link("identify", "anonymous_id", c.anonymous)
	}
}

func (m *making) group() {
	b := m.begin(fact.Accounts)
	setText(b, "account_id", m.account)
	m.traits(b, fact.Accounts)
	m.finish(b)
	if m.c.user != "" {
		b := m.begin(fact.Memberships)
		setText(b, "account_id", m.account)
		m.finish(b)
	}
}

func (m *making) link(action, column, id string) {
	b := m.begin(fact.Links)
	setText(b, "action", action)
	setText(b, column, id)
	m.finish(b)
}

func (m *making) event(name string) {
	c := m.c
	b := m.begin(fact.Events)
	setText(b, "name", name)
	setText(b, "anonymous_id", c.anonymous)
	setText(b, "session_id", m.session())
	setText(b, "account_id", m.account)
	b.KeepProperties(c.properties)
	if c.kind == "screen" {
		m.nameAndCategory(b)
	}
	m.finish(b)
}

func (m *making) nameAndCategory(b *fact.Builder) {
	if m.c.name != "" {
		b.Property("name", fact.AppendJSONString(nil, m.c.name))
	}
	if m.c.category != "" {
		b.Property("category", fact.AppendJSONString(nil, m.c.category))
	}
}

// session is the id that the context or the properties give the visit.
func (m *making) session() string {
	session := m.c.context.session
	if session == "" && strings.Contains(string(m.c.properties), "ession") {
		r := fact.NewJSONReader(m.c.properties)
		eachMember(&r, func(name string) {
			if name == "sessionId" || name == "session_id" {
				hint(&r, &session)
			} else {
				r.Skip()
			}
		})
	}
	if len(session) > fact.MaxKeyBytes {
		return "" // it stays in the properties
	}
	return session
}

func (m *making) page() {
	c := m.c
	b := m.begin(fact.Pages)
	setText(b, "anonymous_id", c.anonymous)
	setText(b, "account_id", m.account)
	setText(b, "session_id", m.session())
	around := &c.context
	setText(b, "url", around.url)
	setText(b, "path", around.path)
	setText(b, "title", around.title)
	setText(b, "referrer", around.referrer)
	setText(b, "utm_source", around.source)
	setText(b, "utm_medium", around.medium)
	setText(b, "utm_campaign", around.campaign)
	m.nameAndCategory(b)
	if c.properties != nil {
		r := fact.NewJSONReader(c.properties)
		eachMember(&r, func(name string) {
			switch column := snakeCase(name); {
			case column == "session_id":
				r.Skip()
			case column != "anonymous_id" && fact.Pages.Has(column):
				b.SetJSON(column, &r)
			default:
				b.Property(name, r.Raw())
			}
		})
	}
	m.finish(b)
}

// traits takes the traits that have a column there and the others as properties. It gives the first and last name of
// somebody whose whole name is not among them.
func (m *making) traits(b *fact.Builder, kind *fact.Kind) (first, last string) {
	if m.c.traits == nil {
		return "", ""
	}
	named, sized, countried := false, false, false
	var size, country fact.Cell
	r := fact.NewJSONReader(m.c.traits)
	eachMember(&r, func(name string) {
		column := snakeCase(name)
		if kind.Has(column) {
			named = named || column == "name"
			sized = sized || column == "size"
			countried = countried || column == "country"
			b.SetJSON(column, &r)
			return
		}
		raw := r.Raw()
		b.Property(name, raw)
		switch column {
		case "first_name":
			first = textOf(raw)
		case "last_name":
			last = textOf(raw)
		case "employees":
			size = fact.JSONToCell(raw)
		case "address":
			inner := fact.NewJSONReader(raw)
			eachMember(&inner, func(name string) {
				if name == "country" {
					country = inner.Cell()
				} else {
					inner.Skip()
				}
			})
		}
	})
	if kind == fact.Accounts && !sized && size.Kind != fact.NullCell {
		b.Set("size", size)
	}
	if kind == fact.Accounts && !countried && country.Kind != fact.NullCell {
		b.Set("country", country)
	}
	if named {
		return "", ""
	}
	return first, last
}

func textOf(raw []byte) string {
	if c := fact.JSONToCell(raw); c.Kind == fact.TextCell {
		return c.Text
	}
	return ""
}

// snakeCase is createdAt as created_at.
func snakeCase(name string) string {
	upper := strings.IndexFunc(name, func(r rune) bool { return r >= 'A' && r <= 'Z' })
	if upper < 0 {
		return name
	}
	out := make([]byte, 0, len(name)+4)
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			if i > 0 && name[i-1] != '_' && (name[i-1] < 'A' || name[i-1] > 'Z') {
				out = append(out, '_')
			}
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return string(out)
}
