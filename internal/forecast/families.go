package forecast

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

//go:embed panel/*.sql
var panelFiles embed.FS

// text is a file of panel/ without its first lines of comment.
func text(name string) string {
	raw, err := panelFiles.ReadFile("panel/" + name + ".sql")
	if err != nil {
		panic(err)
	}
	lines := strings.SplitAfter(string(raw), "\n")
	for strings.HasPrefix(lines[0], "--") {
		lines = lines[1:]
	}
	return strings.TrimSpace(strings.Join(lines, ""))
}

// broughtAlong is for how long after a source's first fact of a kind what it sends is taken by its own dates: history that was
// brought along.
const broughtAlong = 7 * 24 * time.Hour

// kinds are those that panels rest on, with the family that begins with their first fact.
var kinds = map[*fact.Kind]family{fact.Subscriptions: money, fact.Contracts: money, fact.Events: use, fact.Tickets: support, fact.Answers: voice,
	fact.Invoices: bills, fact.Interactions: care, fact.Memberships: people, fact.Accounts: money}

// origins find out when each source began to send each kind, and write the relations of facts with the instant each was known.
func (p *reading) origins(ctx context.Context) error {
	var parts []string
	for k := range kinds {
		parts = append(parts, fmt.Sprintf("select '%s' as kind, f.origin, min(f.received_at) as received, min(f.ts) as began from fact_%[1]s f group by f.origin", k.Name))
	}
	rows, err := p.view.Query(ctx, strings.Join(parts, "\nunion all\n"))
	if err != nil {
		return err
	}
	defer rows.Close()
	live := map[string]string{}
	for rows.Next() {
		var name string
		var origin int
		var received, began time.Time
		if err := rows.Scan(&name, &origin, &received, &began); err != nil {
			return err
		}
		live[name] += fmt.Sprintf(" when %d then timestamp '%s'", origin, received.UTC().Add(broughtAlong).Format("2006-01-02 15:04:05.000000"))
		k, _ := fact.KindNamed(name)
		if first := &p.began[kinds[k]]; first.IsZero() || began.Before(*first) {
			*first = began.UTC()
		}
	}
	some := "f.account <> 0"
	switch {
	case p.of.Account != 0:
		some = fmt.Sprintf("f.account = %d", p.of.Account)
	case p.of.Every > 1:
		some = fmt.Sprintf("f.account <> 0 and f.account %% %d = 0", p.of.Every)
	}
	p.known = append(p.known, "{late_days}", "(\n"+text("late_days")+"\n)", "{late_events}", "(\n"+text("late_events")+"\n)")
	p.known = append(p.known, "\x00", "{hours}", strconv.Itoa(p.nextDay()), "{some}", some)
	for k := range kinds {
		until := "timestamp '1970-01-01 00:00:00'"
		if live[k.Name] != "" {
			until = "case f.origin" + live[k.Name] + " end"
		}
		p.known = append(p.known, "{known_"+k.Name+"}", "(select f.*, case when f.received_at < "+until+" then f.ts else greatest(f.ts, f.received_at) end as known_ts from fact_"+k.Name+" f where "+some+")")
	}
	return rows.Err()
}

// nextDay is how many hours after the midnight of UTC that a day is named by the next day begins at the earliest.
func (p *reading) nextDay() int {
	hours := 24
	for _, end := range p.Ends {
		_, east := end.Zone()
		hours = min(hours, 24-int(math.Ceil(float64(east)/3600)))
	}
	return hours
}

// each asks a file of panel/, with more pairs of placeholder and text, and gives the currency of amounts.
func (p *reading) each(ctx context.Context, file string, row func(*sql.Rows) error, more ...string) (string, error) {
	query, pairs := text(file), [][]string{nil}
	for _, s := range p.known {
		if s == "\x00" { // what follows also stands in what came before
			pairs = append(pairs, nil)
			continue
		}
		last := len(pairs) - 1
		pairs[last] = append(pairs[last], s)
	}
	pairs = append(pairs, more)
	for _, some := range pairs {
		query = strings.NewReplacer(some...).Replace(query)
	}
	return p.metrics.Rows(ctx, p.view, p.Ends, "select * from (\n"+query+"\n) as asked", row)
}

// count asks a file whose rows are point, account and numbers; set is told the numbers, NaN where there is none.
func (p *reading) count(ctx context.Context, file string, n int, set func(row *Row, x []float64)) error {
	x := make([]sql.NullFloat64, n)
	values := make([]float64, n)
	var at place
	into := []any{&at.point, &at.account}
	for i := range x {
		into = append(into, &x[i])
	}
	_, err := p.each(ctx, file, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row := p.rows[at]
		if row == nil {
			return nil
		}
		for i, v := range x {
			if values[i] = math.NaN(); v.Valid {
				values[i] = v.Float64
			}
		}
		set(row, values)
		return nil
	})
	return err
}

// nothing sets numbers of all rows that no fact would set.
func (p *reading) nothing(value float64, which ...int) {
	for _, row := range p.rows {
		for _, i := range which {
			row.Numbers[i] = value
		}
	}
}

// longest is what is said of days since something where it did not happen as far back as was looked.
const (
	longestUse  = 90
	longestYear = 365
)

// changed is how much more there is than before, as a share, with one added on both sides so that few are not taken for much.
func changed(now, before float64) float64 { return (now - before) / (before + 1) }

func (p *reading) use(ctx context.Context) error {
	p.nothing(0, active, activeChange, used, usedChange, keyPersonGone)
	p.nothing(longestUse, lastUse)
	return p.count(ctx, "use", 6, func(row *Row, x []float64) {
		n := &row.Numbers
		n[active], n[activeChange], n[used], n[usedChange], n[lastUse] = x[0], changed(x[0], x[1]), x[2], changed(x[2], x[3]), x[4]
		if !math.IsNaN(x[5]) {
			n[keyPersonGone] = x[5]
		}
	})
}

func (p *reading) events(ctx context.Context) error {
	p.nothing(0, events, eventsChange, things, thingsChange)
	return p.count(ctx, "events", 4, func(row *Row, x []float64) {
		n := &row.Numbers
		n[events], n[eventsChange], n[things], n[thingsChange] = x[0], changed(x[0], x[1]), x[2], changed(x[2], x[3])
	})
}

func (p *reading) tickets(ctx context.Context) error {
	p.nothing(0, tickets30, tickets90, open, urgent, reopened)
	return p.count(ctx, "tickets", 5, func(row *Row, x []float64) {
		n := &row.Numbers
		n[tickets30], n[tickets90], n[open], n[urgent], n[reopened] = x[0], x[1], x[2], x[3], x[4]
	})
}

func (p *reading) voice(ctx context.Context) error {
	p.nothing(0, answers)
	return p.count(ctx, "voice", 4, func(row *Row, x []float64) {
		n := &row.Numbers
		n[nps], n[npsAge], n[satisfaction], n[answers] = x[0], x[1], x[2], x[3]
	})
}

func (p *reading) bills(ctx context.Context) error {
	p.nothing(0, overdue, overdueDays)
	return p.count(ctx, "bills", 2, func(row *Row, x []float64) { row.Numbers[overdue], row.Numbers[overdueDays] = x[0], x[1] })
}

func (p *reading) care(ctx context.Context) error {
	p.nothing(0, touches)
	p.nothing(longestYear, lastTouch)
	return p.count(ctx, "care", 2, func(row *Row, x []float64) { row.Numbers[touches], row.Numbers[lastTouch] = x[0], x[1] })
}

func (p *reading) people(ctx context.Context) error {
	p.nothing(0, peopleLeft)
	return p.count(ctx, "people", 1, func(row *Row, x []float64) { row.Numbers[peopleLeft] = x[0] })
}

func (p *reading) traits(ctx context.Context) error {
	words := map[string]string{} // one copy of each text that many rows share
	for i, name := range labelFeatures {
		if i == billing {
			continue
		}
		_, err := p.each(ctx, "traits", func(rows *sql.Rows) error {
			var at place
			var value string
			if err := rows.Scan(&at.point, &at.account, &value); err != nil {
				return err
			}
			if row := p.rows[at]; row != nil {
				if _, seen := words[value]; !seen {
					words[value] = value
				}
				row.Labels[i] = words[value]
			}
			return nil
		}, "{trait}", name, "{bit}", strconv.FormatInt(fact.Accounts.Bit(name), 10))
		if err != nil {
			return err
		}
	}
	return nil
}
