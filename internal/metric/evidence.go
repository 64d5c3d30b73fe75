package metric

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// page is the keys of the rows that are listed, as the database has them.
type page struct {
	names []string
	keys  [][]any
}

func newPage(names []string) *page { return &page{names: names} }

// add keeps a key, and gives it by column; numbers of accounts and people get their names later.
func (p *page) add(values []any) map[string]any {
	p.keys = append(p.keys, values)
	shown := map[string]any{}
	for j, name := range p.names {
		shown[name] = plainKey(values[j])
	}
	return shown
}

func plainKey(v any) any {
	switch v := v.(type) {
	case nil, int64, float64, bool:
		return v
	case int32:
		return int64(v)
	case time.Time:
		return v.Format(time.DateOnly)
	case []byte:
		if len(v) == 16 {
			return uuidText([16]byte(v))
		}
		return string(v)
	case [16]byte:
		return uuidText(v)
	}
	return fmt.Sprint(v)
}

func uuidText(id [16]byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// The columns of a key that are numbers which the lake gave to an account, a person or a visitor.
var numbered = map[string]string{"account": "account_keys", "person": "actor_keys", "visitor": "actor_keys", "actor": "actor_keys"}

// beginning is the column of a state that says when something began, which counts by it although it may be told later.
var beginning = map[*fact.Kind]string{fact.Contracts: "start", fact.Tickets: "opened_at"}

// evidence adds the facts behind the rows of a page: those of the metric's kinds that have the columns of the key, in
// the period for what happened, up to its end for states and traits.
func (w *witness) evidence(ctx context.Context, x *Explanation, p *page) error {
	if len(p.keys) == 0 {
		return nil
	}
	for _, name := range w.def.Facts {
		kind, _ := fact.KindNamed(name)
		if err := w.facts(ctx, x, p, kind); err != nil {
			return fmt.Errorf("the facts behind %s: %w", w.def.ID, err)
		}
	}
	for j, name := range p.names {
		if numbered[name] == "" {
			continue
		}
		names, err := w.namesOf(ctx, numbered[name], p, j)
		if err != nil {
			return err
		}
		for i := range x.Rows {
			n, _ := x.Rows[i].Key[name].(int64)
			if n == 0 {
				x.Rows[i].Key[name] = nil // nobody
			} else if known, ok := names[n]; ok {
				x.Rows[i].Key[name] = known
			}
		}
	}
	return nil
}

// facts adds the facts of one kind.
func (w *witness) facts(ctx context.Context, x *Explanation, p *page, kind *fact.Kind) error {
	c := w.compiler(w.points[1:])
	var on, columns []string
	for j, name := range p.names {
		column := ""
		switch {
		case name == "account" || name == "person" || name == "actor" || name == "day" || name == "id" || (name == "visitor" && kind.Has("anonymous_id")):
			column = "f." + name
		case kind.Has(name):
			column = `f."` + name + `"`
		default:
			continue // the kind does not say; the other columns of the key decide
		}
		condition := fmt.Sprintf("%s = p.k%d", column, j)
		if slices.ContainsFunc(p.keys, func(key []any) bool { return key[j] == nil }) { // such as what names no campaign
			condition = fmt.Sprintf("%s is not distinct from p.k%d", column, j)
		}
		if name == "person" && slices.Contains(p.names, "account") { // nobody beside an account: the row is the account's, whoever did it
			condition = fmt.Sprintf("(p.k%d = 0 or %s)", j, condition)
		}
		on = append(on, condition)
	}
	if len(on) == 0 && len(p.names) > 0 {
		return nil
	}
	relation, err := c.expand("{" + kind.Name + "}")
	if err != nil {
		return err
	}
	values := make([]string, len(p.keys))
	for i, key := range p.keys {
		row := []string{strconv.Itoa(i)}
		for j, name := range p.names {
			row = append(row, w.keyLiteral(c, name, key[j]))
		}
		values[i] = "(" + strings.Join(row, ", ") + ")"
	}
	heads := []string{"n"}
	for j := range p.names {
		heads = append(heads, fmt.Sprintf("k%d", j))
	}
	c.ctes = append(c.ctes, "page as (select * from (values "+strings.Join(values, ", ")+") as v("+strings.Join(heads, ", ")+"))")
	shown := open(kind)
	for _, column := range shown {
		columns = append(columns, `f."`+column.Name+`"`)
	}
	from := "f.ts >= " + sqlTime(w.points[1].Period.From.AddDate(0, 0, -w.def.Reach))
	if kind.Mode != fact.Happening {
		from = "true" // what something is like now was said at any time before
	}
	to := sqlTime(w.points[1].Period.To)
	until := "f.ts < " + to
	if begin := beginning[kind]; begin != "" {
		until = "(" + until + ` or f."` + begin + `" < ` + to + ")"
	}
	if on == nil {
		on = []string{"true"}
	}
	inner := strings.Join(append([]string{"p.n", "f.id", "f.ts", "f.received_at", "f.seq", "f.account", "f.person"}, columns...), ", ")
	outer := strings.Join(append([]string{"n", "cast(f.id as varchar)", "f.ts", "f.received_at", "fact_count", "k.account_id", "coalesce(a.user_id, a.anonymous_id)"}, columns...), ", ")
	query := "select " + outer + "\nfrom (select " + inner + ", row_number() over (partition by p.n order by f.ts desc, f.seq desc) as nth, count(*) over (partition by p.n) as fact_count\n" +
		"from page p join " + relation + " f on " + strings.Join(on, " and ") + "\nwhere " + from + " and " + until + ") f\n" +
		"left join account_keys k on k.account = f.account\nleft join actor_keys a on a.actor = f.person\nwhere nth <= " + strconv.Itoa(factsOfRow) + "\norder by n, nth"
	rows, err := w.view.Query(ctx, c.statement(query), c.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	counted := map[int]bool{}
	for rows.Next() {
		var n int
		var of int64
		f := FactShown{Kind: kind.Name, Columns: map[string]any{}}
		var account, user sql.NullString
		cells := make([]any, len(shown))
		into := []any{&n, &f.ID, &f.At, &f.Received, &of, &account, &user}
		for j := range cells {
			into = append(into, &cells[j])
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		w.fill(&f, shown, cells, account, user)
		row := &x.Rows[n]
		row.Facts = append(row.Facts, f)
		if !counted[n] {
			counted[n] = true
			row.MoreFacts += max(0, of-factsOfRow)
		}
	}
	return rows.Err()
}

// open are the columns of a kind that name no person.
func open(kind *fact.Kind) []fact.Column {
	var columns []fact.Column
	for _, column := range kind.Columns {
		if !column.Personal && column.Name != "anonymous_id" {
			columns = append(columns, column)
		}
	}
	return columns
}

// newest are the facts of a kind that arrived last.
func (w *witness) newest(ctx context.Context, kind *fact.Kind, where string) ([]FactShown, error) {
	shown := open(kind)
	list := []string{"cast(f.id as varchar)", "f.ts", "f.received_at", "k.account_id", "coalesce(a.user_id, a.anonymous_id)"}
	for _, column := range shown {
		list = append(list, `f."`+column.Name+`"`)
	}
	rows, err := w.view.Query(ctx, "select "+strings.Join(list, ", ")+"\nfrom fact_"+kind.Name+" f\nleft join account_keys k on k.account = f.account\nleft join actor_keys a on a.actor = f.actor"+
		where+"\norder by f.received_at desc, f.seq desc limit "+strconv.Itoa(lateShown))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var facts []FactShown
	for rows.Next() {
		f := FactShown{Kind: kind.Name, Columns: map[string]any{}}
		var account, user sql.NullString
		cells := make([]any, len(shown))
		into := []any{&f.ID, &f.At, &f.Received, &account, &user}
		for j := range cells {
			into = append(into, &cells[j])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		w.fill(&f, shown, cells, account, user)
		facts = append(facts, f)
	}
	return facts, rows.Err()
}

// keyLiteral is a value of a key: a number of the lake as it is, everything else as a parameter of its type.
func (w *witness) keyLiteral(c *compiler, name string, v any) string {
	switch v := plainKey(v).(type) {
	case nil:
		return map[bool]string{true: "cast(null as integer)", false: "cast(null as varchar)"}[numbered[name] != ""]
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		switch name {
		case "id":
			return "cast(" + c.arg(v) + " as uuid)"
		case "day":
			return "cast(" + c.arg(v) + " as date)"
		}
		return c.text(v)
	default:
		return c.text(fmt.Sprint(v))
	}
}

// fill writes a fact's columns as its sender would: ids by name, amounts in the major unit.
func (w *witness) fill(f *FactShown, columns []fact.Column, cells []any, account, user sql.NullString) {
	for name, id := range map[string]sql.NullString{"account_id": account, "user_id": user} {
		if id.Valid {
			f.Columns[name] = id.String
		}
	}
	currency := ""
	for j, column := range columns {
		if column.Name == "currency" {
			currency, _ = w.cell(cells[j], Count).(string)
		}
	}
	for j, column := range columns {
		if cells[j] == nil {
			continue
		}
		v := w.cell(cells[j], Count)
		switch n, isInt := v.(int64); {
		case column.Type == fact.Time:
			if at, ok := cells[j].(time.Time); ok {
				v = at.UTC().Format(time.RFC3339)
			}
		case column.Name == "monthly" && isInt:
			v = money(new(big.Rat).SetInt64(n), currency)
		case column.Type == fact.Money && isInt:
			v = money(new(big.Rat).SetInt(new(big.Int).Mul(big.NewInt(n), big.NewInt(fact.MonthlyUnit))), currency)
		}
		f.Columns[column.Name] = v
	}
}

// namesOf are the senders' ids of the numbers in a column of the page's keys.
func (w *witness) namesOf(ctx context.Context, table string, p *page, column int) (map[int64]string, error) {
	var numbers []string
	for _, key := range p.keys {
		if n, ok := plainKey(key[column]).(int64); ok {
			numbers = append(numbers, strconv.FormatInt(n, 10))
		}
	}
	names := map[int64]string{}
	if len(numbers) == 0 {
		return names, nil
	}
	query := "select account, account_id from account_keys where account in (" + strings.Join(numbers, ", ") + ")"
	if table == "actor_keys" {
		query = "select actor, coalesce(user_id, anonymous_id) from actor_keys where actor in (" + strings.Join(numbers, ", ") + ")"
	}
	rows, err := w.view.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var name string
		if err := rows.Scan(&n, &name); err != nil {
			return nil, err
		}
		names[n] = name
	}
	return names, rows.Err()
}
