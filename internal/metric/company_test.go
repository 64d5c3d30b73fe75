package metric_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"sort"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/fact"
)

// row is one fact of a made-up company as a sender would write it. The recount works on these rows alone: it shares no
// code and no SQL with the product.
type row struct {
	kind    string
	at      time.Time
	account string
	user    string
	f       map[string]any
	seq     int // order of arrival
}

func (r row) text(name string) string    { s, _ := r.f[name].(string); return s }
func (r row) number(name string) float64 { x, _ := r.f[name].(float64); return x }
func (r row) has(name string) bool       { return r.f[name] != nil }

// received is when the row arrived: a second apart, so that any prefix can be asked for as of its end.
func (r row) received() time.Time {
	return time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.seq) * time.Second)
}

// fact checks the row as the doors do.
func (r row) fact() (*fact.Fact, error) {
	kind, _ := fact.KindNamed(r.kind)
	b := fact.NewBuilder(kind, "test", time.UTC)
	b.At(r.at)
	b.Set("id", fact.Cell{Kind: fact.TextCell, Text: fmt.Sprint(r.seq)})
	for name, v := range map[string]string{"account_id": r.account, "user_id": r.user} {
		if v != "" {
			b.Set(name, fact.Cell{Kind: fact.TextCell, Text: v})
		}
	}
	for name, v := range r.f {
		raw, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		r := fact.NewJSONReader(raw)
		b.Set(name, r.Cell())
	}
	f, bad := b.Finish()
	if bad != nil {
		return nil, fmt.Errorf("%s: %v", r.kind, bad)
	}
	f.Received = r.received().UnixMicro()
	return f, nil
}

func facts(rows []row) ([]*fact.Fact, error) {
	all := make([]*fact.Fact, len(rows))
	for i := range rows {
		f, err := rows[i].fact()
		if err != nil {
			return nil, err
		}
		all[i] = f
	}
	return all, nil
}

// The months in which a random company lives.
var (
	dawn = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	dusk = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
)

// randomCompany draws a small company with everything that makes counting hard: states at the same instant, accounts
// that leave and come back, visitors who turn out to be people, groups joined late, tickets reopened.
func randomCompany(t *rapid.T) []row {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	when := func() time.Time {
		// Hours, so that instants coincide with each other and with the edges of months now and then.
		hours := rapid.IntRange(0, int(dusk.Sub(dawn).Hours())).Draw(t, "hour")
		if rapid.IntRange(0, 9).Draw(t, "edge") == 0 {
			return time.Date(2026, time.Month(1+hours%6), 1, 0, 0, 0, 0, time.UTC)
		}
		return dawn.Add(time.Duration(hours) * time.Hour)
	}
	accounts := []string{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"}
	users := []string{"u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "u9"}
	visitors := []string{"v1", "v2", "v3", "v4", "v5", "v6"}
	maybe := func(label string, of []string) string {
		return pick(label, append([]string{"", ""}, of...)...)
	}
	var rows []row
	add := func(kind string, account, user string, f map[string]any) {
		rows = append(rows, row{kind: kind, at: when(), account: account, user: user, f: f})
	}
	for range rapid.IntRange(0, 20).Draw(t, "traits") {
		f := map[string]any{}
		if rapid.Bool().Draw(t, "with plan") {
			f["plan"] = pick("plan", "starter", "team", "enterprise")
		}
		if rapid.Bool().Draw(t, "with country") {
			f["country"] = pick("country", "RO", "ES", "MD")
		}
		add("accounts", pick("account", accounts...), "", f)
	}
	for range rapid.IntRange(0, 50).Draw(t, "subscriptions") {
		account := pick("account", accounts[:6]...)
		f := map[string]any{"subscription_id": account + pick("nth", "-1", "-2"), "currency": "EUR",
			"status":   pick("status", "active", "active", "active", "past_due", "canceled", "trialing", "paused"),
			"amount":   fmt.Sprintf("%d.%02d", rapid.IntRange(1, 900).Draw(t, "amount"), rapid.IntRange(0, 99).Draw(t, "cents")),
			"interval": pick("interval", "day", "week", "month", "quarter", "year")}
		if rapid.Bool().Draw(t, "seats") {
			f["quantity"] = float64(rapid.IntRange(0, 40).Draw(t, "quantity"))
		}
		if rapid.Bool().Draw(t, "discounted") {
			f["discount"] = pick("discount", "10", "33.5", "100")
		}
		if f["status"] == "canceled" {
			f["cancel_kind"] = pick("cancel", "voluntary", "involuntary")
		}
		add("subscriptions", account, "", f)
	}
	for range rapid.IntRange(0, 8).Draw(t, "contracts") {
		start := when()
		add("contracts", pick("account", "a6", "a7", "a8"), "", map[string]any{"contract_id": pick("contract", "c1", "c2", "c3", "c4", "c5"), "start": start.Format(time.RFC3339),
			"end": start.AddDate(0, rapid.IntRange(1, 5).Draw(t, "months"), 0).Format(time.RFC3339), "value": "1200.00", "currency": "EUR", "status": "open"})
	}
	for range rapid.IntRange(0, 60).Draw(t, "answers") {
		kind := pick("answer", "nps", "csat", "ces")
		low, high := map[string]int{"nps": 0, "csat": 1, "ces": 1}[kind], map[string]int{"nps": 10, "csat": 5, "ces": 7}[kind]
		f := map[string]any{"kind": kind, "score": float64(rapid.IntRange(low, high).Draw(t, "score")), "touchpoint": pick("touchpoint", "support", "billing")}
		if kind == "ces" && rapid.Bool().Draw(t, "effort") {
			f["orientation"] = "effort"
		}
		add("answers", maybe("account", accounts), maybe("user", users), f)
	}
	for range rapid.IntRange(0, 120).Draw(t, "events") {
		add("events", maybe("account", accounts), maybe("user", users), map[string]any{"name": pick("event", "Plan Built", "Report Opened", "Job Closed"), "anonymous_id": maybe("visitor", visitors)})
	}
	for range rapid.IntRange(0, 80).Draw(t, "pages") {
		add("pages", "", maybe("user", users), map[string]any{"path": pick("path", "/", "/pricing"), "anonymous_id": pick("visitor", visitors...)})
		rows[len(rows)-1].at = rows[len(rows)-1].at.Add(time.Duration(len(rows)) * time.Second) // no two views at one instant
		describeView(t, rows[len(rows)-1].f)
		if rapid.Bool().Draw(t, "again") { // a second view soon after: the same session, or just not
			again := rows[len(rows)-1]
			again.at = again.at.Add(time.Duration(rapid.SampledFrom([]int{1, 10, 29, 30, 31}).Draw(t, "minutes")) * time.Minute)
			rows = append(rows, again)
		}
	}
	for range rapid.IntRange(0, 12).Draw(t, "identifies") {
		add("links", "", pick("user", users...), map[string]any{"action": "identify", "anonymous_id": pick("visitor", visitors...)})
	}
	for range rapid.IntRange(0, 16).Draw(t, "groups") {
		add("memberships", pick("account", accounts...), pick("user", users...), map[string]any{"status": pick("membership", "joined", "joined", "left")})
	}
	for range rapid.IntRange(0, 30).Draw(t, "tickets") {
		opened := when()
		f := map[string]any{"ticket_id": pick("ticket", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10"), "status": pick("state", "open", "solved", "solved", "closed", "reopened"),
			"channel": pick("channel", "chat", "email"), "contacts": float64(rapid.IntRange(1, 2).Draw(t, "contacts")), "opened_at": opened.Format(time.RFC3339)}
		if f["status"] == "solved" || f["status"] == "closed" {
			f["solved_at"] = opened.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "hours")) * time.Hour).Format(time.RFC3339)
		}
		add("tickets", maybe("account", accounts), "", f)
	}
	moneyOf(t, when, pick, add)
	rows = append(rows, voices(t, when, accounts, users)...)
	sellAndUse(t, add, accounts, users, visitors)
	// Nobody does something for two accounts at one instant: whose a session is would be anybody's guess.
	at := map[string]row{}
	for i, r := range rows {
		if r.kind != "events" && r.kind != "pages" {
			continue
		}
		who := func() string { return (recount{}).visitorOf(r) + r.at.String() }
		for other, taken := at[who()]; taken && (other.account != r.account || other.user != r.user); other, taken = at[who()] {
			r.at = r.at.Add(time.Second)
		}
		rows[i], at[who()] = r, r
	}
	for i, r := range rows {
		if r.has("session_id") { // a sender's session id does not come back on another day
			rows[i].f = maps.Clone(r.f)
			rows[i].f["session_id"] = r.at.Format("0102 ") + r.text("session_id")
		}
	}
	order := rapid.Permutation(rows).Draw(t, "order of arrival")
	for i := range order {
		order[i].seq = i + 1
	}
	return order
}

// --- the recount

// recount counts one metric over rows in plain loops. The key of a group is the trait's or the column's text; "" when unknown.
type recount struct {
	rows     []row
	from, to time.Time
	by       string
	keep     func(trait func(string) string) bool // the segment, or nil
	ways     map[string]string                    // policies that are not as they come, as text
	set      map[string]int                       // policies that are not as they come
	only     string                               // the one account that counts, or ""
}

// state is the last row of kind with this subject before t: later instants win, then later arrivals.
func (c recount) last(kind string, before time.Time, match func(row) bool) (row, bool) {
	var best row
	found := false
	for _, r := range c.rows {
		if r.kind != kind || !r.at.Before(before) || !match(r) {
			continue
		}
		if !found || r.at.After(best.at) || (r.at.Equal(best.at) && r.seq > best.seq) {
			best, found = r, true
		}
	}
	return best, found
}

func (c recount) trait(account, name string, before time.Time) string {
	r, _ := c.last("accounts", before, func(r row) bool {
		_, given := r.f[name]
		return r.account == account && given
	})
	return r.text(name)
}

// group is the key of a row of this account, and whether the segment keeps it.
func (c recount) group(account string, r row) (string, bool) {
	if c.only != "" && account != c.only {
		return "", false
	}
	if c.keep != nil && (account == "" || !c.keep(func(name string) string { return c.trait(account, name, c.to) })) {
		return "", false
	}
	switch c.by {
	case "":
		return "", true
	case "plan", "country":
		return c.trait(account, c.by, c.to), true
	}
	return r.text(c.by), true
}

// person is who did it: a user, or the user a visitor was first identified as, or the visitor.
func (c recount) person(r row) string {
	if r.user != "" {
		return "user " + r.user
	}
	visitor := r.text("anonymous_id")
	if visitor == "" {
		return ""
	}
	return c.visitorPerson(visitor)
}

func (c recount) visitorPerson(visitor string) string {
	var first row
	found := false
	for _, l := range c.rows {
		if l.kind == "links" && l.text("anonymous_id") == visitor && (!found || l.at.Before(first.at) || (l.at.Equal(first.at) && c.idLess(l, first))) {
			first, found = l, true
		}
	}
	if found {
		return "user " + first.user
	}
	return "visitor " + visitor
}

// idLess orders two links of one instant by their fact ids, as the rule of identity says.
func (c recount) idLess(a, b row) bool {
	fa, _ := a.fact()
	fb, _ := b.fact()
	return string(fa.ID[:]) < string(fb.ID[:])
}

// accountOf is the account given, or the one the person had last joined, and not left since, at that instant.
func (c recount) accountOf(r row) string {
	if r.account != "" {
		return r.account
	}
	person := c.person(r)
	if person == "" {
		return ""
	}
	latest := map[string]row{}
	for _, m := range c.rows {
		if m.kind != "memberships" || m.at.After(r.at) || "user "+m.user != person {
			continue
		}
		was, ok := latest[m.account]
		if !ok || m.at.After(was.at) || (m.at.Equal(was.at) && m.seq > was.seq) {
			latest[m.account] = m
		}
	}
	// The account joined last; joins are looked at one by one, because joining again renews.
	var best row
	for _, m := range c.rows {
		if m.kind != "memberships" || m.at.After(r.at) || "user "+m.user != person || m.text("status") != "joined" || latest[m.account].text("status") != "joined" {
			continue
		}
		if best.account == "" || m.at.After(best.at) || (m.at.Equal(best.at) && m.seq > best.seq) {
			best = m
		}
	}
	return best.account
}

func (c recount) accounts() []string {
	seen := map[string]bool{}
	for _, r := range c.rows {
		if r.account != "" {
			seen[r.account] = true
		}
	}
	names := make([]string, 0, len(seen))
	for a := range seen {
		names = append(names, a)
	}
	sort.Strings(names)
	return names
}

// in are the rows of a kind inside the period.
func (c recount) in(kind string, use func(r row)) {
	for _, r := range c.rows {
		if r.kind == kind && !r.at.Before(c.from) && r.at.Before(c.to) {
			use(r)
		}
	}
}
