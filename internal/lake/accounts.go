package lake

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

//go:embed account/*.sql
var accountFiles embed.FS

// accountSQL are the blocks of account/*.sql.
var accountSQL = readAccountSQL()

func readAccountSQL() map[string]string {
	files, err := accountFiles.ReadDir("account")
	if err != nil {
		panic(err)
	}
	blocks := map[string]string{}
	for _, f := range files {
		text, err := accountFiles.ReadFile("account/" + f.Name())
		if err != nil {
			panic(err)
		}
		for _, part := range strings.Split(string(text), "-- block ")[1:] {
			name, body, _ := strings.Cut(part, "\n")
			blocks[name] = strings.TrimSpace(body)
		}
	}
	return blocks
}

// moment is an instant that questions about accounts are asked for, and whom they are about.
type moment struct {
	*View
	at   time.Time
	only []int32 // accounts; nil: all
}

// text is a block for the moment, with more pairs of placeholder and text.
func (m moment) text(block string, more ...string) string {
	text, ok := accountSQL[block]
	if !ok {
		panic("lake: no block " + block)
	}
	local := m.at.In(m.lake.zone)
	only, onlyKey, which := "", "", "true"
	if m.only != nil {
		which = among("f.account", m.only)
		only, onlyKey = "and "+which, "and "+among("k.account", m.only)
	}
	return strings.NewReplacer(append([]string{
		"{at}", "timestamp '" + sqlTime(m.at) + "'", "{today}", "date '" + local.Format(time.DateOnly) + "'",
		"{only}", only, "{only_key}", onlyKey, "{stays}", stays(m.at, which), "{user_day}", m.Rollup("user_day"), "{user_last}", m.Rollup("user_last"),
	}, more...)...).Replace(text)
}

// accounts are the numbers of ids; ids that no fact has are left out.
func (v *View) accounts(ctx context.Context, ids []string) ([]int32, error) {
	all := []int32{}
	const lot = 1000
	for len(ids) > 0 {
		n := min(len(ids), lot)
		holders, args := make([]string, n), make([]any, n)
		for i, id := range ids[:n] {
			holders[i], args[i] = fmt.Sprint("$", i+1), id
		}
		ids = ids[n:]
		rows, err := v.conn.QueryContext(ctx, "select account from account_keys where account_id in ("+strings.Join(holders, ", ")+")", args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var number int32
			if err := rows.Scan(&number); err != nil {
				rows.Close()
				return nil, err
			}
			all = append(all, number)
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// each asks a block and calls fn after each row is scanned.
func (m moment) each(ctx context.Context, block string, fn func(), into ...any) error {
	return each(ctx, m.conn, m.text(block), fn, into...)
}

// Standings are accounts as they stand at an instant, in no order: those with the ids given, or all when only is nil. Amounts are brought to the reporting currency
// with the rates of that instant; with none chosen they are when all are in one.
func (l *Lake) Standings(ctx context.Context, at time.Time, reporting string, only []string) ([]*account.Standing, string, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, "", err
	}
	defer v.Close()
	m := moment{View: v, at: at}
	if only != nil {
		if m.only, err = v.accounts(ctx, only); err != nil {
			return nil, "", l.engine.Fault(err)
		}
	}
	r, err := m.standings(ctx, reporting)
	return r.all, r.rates.Currency, l.engine.Fault(err)
}

// Gone are the accounts that were no longer customers at an instant, by id, as their standing says.
func (l *Lake) Gone(ctx context.Context, at time.Time) (map[string]bool, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	r := newReading(moment{View: v, at: at})
	gone := map[string]bool{}
	for _, part := range []func(context.Context) error{r.keys, r.money, r.lifetimes} {
		if err := part(ctx); err != nil {
			return nil, l.engine.Fault(err)
		}
	}
	for _, s := range r.all {
		if s.Left {
			gone[s.ID] = true
		}
	}
	return gone, nil
}

// reading is what standings are made from, part by part.
type reading struct {
	moment
	all   []*account.Standing
	by    map[int32]*account.Standing
	words map[string]string // one copy of each text that many accounts share
	spans map[int32][]account.Recurring
	rates account.Rates
}

func newReading(m moment) *reading {
	return &reading{moment: m, by: map[int32]*account.Standing{}, words: map[string]string{}, spans: map[int32][]account.Recurring{}}
}

func (m moment) standings(ctx context.Context, reporting string) (*reading, error) {
	r := newReading(m)
	for _, part := range []func(context.Context) error{r.keys, r.traits, r.money, r.lifetimes, r.counts, r.people, r.voice} {
		if err := part(ctx); err != nil {
			return r, err
		}
	}
	return r, r.amounts(ctx, reporting)
}

// keys are which accounts there are.
func (r *reading) keys(ctx context.Context) error {
	var number int32
	var id string
	return r.each(ctx, "keys", func() {
		s := &account.Standing{Number: number, ID: id}
		r.all = append(r.all, s)
		r.by[number] = s
	}, &number, &id)
}

// lifetimes are since when accounts pay, and who has left.
func (r *reading) lifetimes(ctx context.Context) error {
	var number int32
	var any int64
	alive := map[int32]int64{} // 0: of its subscriptions none
	if err := r.each(ctx, "alive", func() { alive[number] = any }, &number, &any); err != nil {
		return err
	}
	for _, s := range r.all {
		s.Since, s.Until = account.CustomerSince(r.spans[s.Number], r.at)
		if n, subscribed := alive[s.Number]; s.Since.IsZero() || !s.Until.IsZero() {
			s.Left = subscribed && n == 0 || !subscribed && !s.Until.IsZero()
		}
	}
	return nil
}

// traits goes through what was said of accounts in the order in which it was true.
func (r *reading) traits(ctx context.Context) error {
	var number int32
	var given int64
	c := newCells(fact.Accounts)
	return each(ctx, r.conn, r.text("traits", "{traits}", quoted(c.names(), "f.")), func() {
		if s := r.by[number]; s != nil {
			for i, column := range fact.Accounts.Columns {
				if given&(1<<i) != 0 {
					v := c.value(i)
					v.Text = r.shared(v.Text)
					s.SetTrait(column.Name, v)
				}
			}
		}
	}, append([]any{&number, &given}, c.into...)...)
}

func (r *reading) shared(text string) string {
	if one, ok := r.words[text]; ok {
		return one
	}
	r.words[text] = text
	return text
}

func (r *reading) money(ctx context.Context) error {
	var number int32
	var currency sql.NullString
	var monthly int64
	var from time.Time
	var until sql.NullTime
	return r.each(ctx, "spans", func() {
		s := account.Recurring{From: from.UTC(), Monthly: monthly, Currency: r.shared(currency.String)}
		if until.Valid {
			s.Until = until.Time.UTC()
		}
		r.spans[number] = append(r.spans[number], s)
	}, &number, &currency, &monthly, &from, &until)
}

func (r *reading) counts(ctx context.Context) error {
	var number int32
	var n int
	var at sql.NullTime
	of := func(set func(*account.Standing)) func() {
		return func() {
			if s := r.by[number]; s != nil {
				set(s)
			}
		}
	}
	if err := r.each(ctx, "contacts", of(func(s *account.Standing) { s.Contacts = n }), &number, &n); err != nil {
		return err
	}
	if err := r.each(ctx, "active", of(func(s *account.Standing) { s.Active = n }), &number, &n); err != nil {
		return err
	}
	if err := r.each(ctx, "seen", of(func(s *account.Standing) { s.LastSeen = at.Time.UTC() }), &number, &at); err != nil {
		return err
	}
	return r.each(ctx, "tickets", of(func(s *account.Standing) { s.Tickets = n }), &number, &n)
}

// people finds the domain that most of an account's contacts have their addresses at; of equal ones the first by name.
func (r *reading) people(ctx context.Context) error {
	var number int32
	var domain string
	var n int
	most := map[int32]int{}
	return r.each(ctx, "domains", func() {
		s := r.by[number]
		if s == nil || account.FreeMail(domain) || n < most[number] || n == most[number] && domain > s.Domain {
			return
		}
		most[number], s.Domain = n, domain
	}, &number, &domain, &n)
}

func (r *reading) voice(ctx context.Context) error {
	var number int32
	var score float64
	var at time.Time
	return r.each(ctx, "nps", func() {
		if s := r.by[number]; s != nil {
			n := int(score)
			s.NPS, s.NPSAt = &n, at.UTC()
		}
	}, &number, &score, &at)
}

// amounts brings money to one currency and finds renewals.
func (r *reading) amounts(ctx context.Context, reporting string) error {
	overdue := map[int32]map[string]int64{}
	var number int32
	var code sql.NullString
	var minor int64
	err := r.each(ctx, "overdue", func() {
		if overdue[number] == nil {
			overdue[number] = map[string]int64{}
		}
		overdue[number][code.String] += minor
	}, &number, &code, &minor)
	if err != nil {
		return err
	}
	if err := r.exchange(ctx, reporting); err != nil {
		return err
	}
	for _, s := range r.all {
		s.MRR, s.Mixed = account.Worth(r.spans[s.Number], r.at, r.rates)
		s.Overdue, _ = r.rates.Sum(overdue[s.Number], 1)
		s.Fold()
	}
	return r.renewals(ctx)
}

// exchange finds the rates of the moment.
func (r *reading) exchange(ctx context.Context, reporting string) error {
	decimals := map[string]string{}
	var code, rate sql.NullString
	if err := r.each(ctx, "rates", func() { decimals[code.String] = rate.String }, &code, &rate); err != nil {
		return err
	}
	used, err := r.currencies(ctx)
	r.rates = account.NewRates(reporting, used, decimals)
	return err
}

// currencies are those that amounts of the whole workspace are in.
func (r *reading) currencies(ctx context.Context) (used []string, err error) {
	var code sql.NullString
	err = each(ctx, r.conn, "select distinct currency from fact_subscriptions where currency is not null union select distinct currency from fact_contracts order by 1",
		func() { used = append(used, code.String) }, &code)
	return used, err
}

// renewals are the next ends of open contracts; where there are none, of the terms of subscriptions.
func (r *reading) renewals(ctx context.Context) error {
	var number int32
	var at time.Time
	if err := r.each(ctx, "contracts", func() {
		if s := r.by[number]; s != nil {
			s.Renewal = at.UTC()
		}
	}, &number, &at); err != nil {
		return err
	}
	next := map[int32]time.Time{}
	var interval sql.NullString
	var count sql.NullInt64
	if err := r.each(ctx, "terms", func() {
		term := account.Term{Anchor: at.In(r.lake.zone), Interval: interval.String, Count: int(count.Int64)}
		if t := term.Next(r.at); !t.IsZero() && (next[number].IsZero() || t.Before(next[number])) {
			next[number] = t.UTC()
		}
	}, &number, &interval, &count, &at); err != nil {
		return err
	}
	for number, t := range next {
		if s := r.by[number]; s != nil && s.Renewal.IsZero() {
			s.Renewal = t
		}
	}
	return nil
}
