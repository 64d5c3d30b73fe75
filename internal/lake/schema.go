package lake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// table is one table of the lake. Columns that a table lacks are added when the lake is opened.
type table struct {
	name    string
	columns []column
	indexes []string // columns of each index, where the engine wants any
}

type column struct{ name, sqlType string }

// tableOf is the table with the facts of a kind.
func tableOf(k *fact.Kind) string { return "fact_" + k.Name }

// looseKind says whether facts of the kind may name no account, so that theirs is derived.
func looseKind(k *fact.Kind) bool { return !k.NeedsAccount }

// factTable declares the table of a kind. The sender's own columns follow the lake's; kinds with an anonymous_id have
// its number instead, as visitor.
func factTable(k *fact.Kind) table {
	t := table{name: tableOf(k), columns: []column{
		{"seq", "bigint"}, {"id", "uuid"}, {"ts", "timestamp"}, {"received_at", "timestamp"}, {"day", "date"}, {"origin", "integer"},
		{"flags", "smallint"}, {"account_raw", "integer"}, {"account", "integer"}, {"actor", "integer"},
	}, indexes: []string{"seq", "ts", "account, ts"}}
	if looseKind(k) || k == fact.Memberships {
		t.indexes = append(t.indexes, "actor, ts")
	}
	if slices.Contains(rolledUp, k) { // whose sessions are counted anew when a fact moves
		t.indexes = append(t.indexes, "visitor")
	}
	if k == fact.Links {
		t.indexes = append(t.indexes, "visitor", "previous_id")
	}
	if k.Has("anonymous_id") {
		t.columns = append(t.columns, column{"visitor", "integer"})
	}
	for _, c := range k.Columns {
		if c.Name != "anonymous_id" {
			t.columns = append(t.columns, column{c.Name, sqlType(c.Type)})
		}
	}
	if k.Mode == fact.Traits {
		t.columns = append(t.columns, column{"given", "bigint"})
	}
	t.columns = append(t.columns, column{"properties", "varchar"})
	return t
}

func sqlType(t fact.Type) string {
	switch t {
	case fact.Integer, fact.Money:
		return "bigint"
	case fact.Time:
		return "timestamp"
	case fact.Number:
		return "double precision"
	case fact.Bool:
		return "boolean"
	}
	return "varchar"
}

// tables are all tables but the rollups, which declare themselves.
func tables() []table {
	all := []table{
		{"account_keys", []column{{"account", "integer"}, {"account_id", "varchar"}}, []string{"account", "account_id"}},
		{"actor_keys", []column{{"actor", "integer"}, {"user_id", "varchar"}, {"anonymous_id", "varchar"}}, []string{"actor", "user_id", "anonymous_id"}},
		{"source_keys", []column{{"source", "integer"}, {"name", "varchar"}}, nil},
		{"persons", []column{{"actor", "integer"}, {"person", "integer"}}, []string{"actor", "person"}},
		{"account_spans", []column{{"person", "integer"}, {"account", "integer"}, {"from_ts", "timestamp"}, {"until_ts", "timestamp"}}, []string{"person"}},
	}
	for _, k := range fact.Kinds() {
		all = append(all, factTable(k))
	}
	return all
}

func (t table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// quoted lists column names for SQL: some, like "end", are words of SQL.
func quoted(names []string, prefix string) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(prefix + `"` + n + `"`)
	}
	return b.String()
}

// migrations change what adding tables and columns can't. A lake remembers how many it has had; entries are only ever
// added at the end.
var migrations = []string{}

// upgrade makes the tables, adds columns that kinds gained since, and runs the migrations that are due. On a Citus
// cluster this is also the one place that distributes tables.
func (l *Lake) upgrade(ctx context.Context, w *sql.Conn) error {
	return l.write(ctx, w, func() error {
		if err := exec(ctx, w, "create table if not exists lake_meta (key varchar, value varchar)"); err != nil {
			return err
		}
		version, err := schemaVersion(ctx, w)
		if err != nil {
			return err
		}
		if version > len(migrations) {
			return fault.New(fault.Conflict, "the lake was written by a newer Keepwell (its schema is %d, this one knows %d)", version, len(migrations)).
				Mend("upgrade Keepwell")
		}
		have, err := columnsIn(ctx, w)
		if err != nil {
			return err
		}
		var due []string
		if version >= 0 {
			due = append(due, migrations[version:]...)
		}
		for _, t := range tables() {
			due = append(due, l.missing(t, have[t.name])...)
		}
		changed, err := l.rollupsChanged(ctx, w, version)
		if err != nil {
			return err
		}
		due = append(due, changed...)
		for _, r := range rollups {
			due = append(due, split(r.create)...)
			if l.engine.Indexed() {
				due = append(due, split(r.index)...)
			}
		}
		if version < 0 {
			due = append(due, "insert into lake_meta (key, value) values ('cursor', '0'), ('next_seq', '1'), ('mark', '0'), ('zone', '"+
				strings.ReplaceAll(l.zone.String(), "'", "''")+"'), ('schema', '0'), ('rollups', '"+rollupsVersion+"')")
		}
		due = append(due, fmt.Sprintf("update lake_meta set value = '%d' where key = 'schema'", len(migrations)))
		return exec(ctx, w, due...)
	})
}

// schemaVersion is how many migrations the lake has had; -1 when it is new.
func schemaVersion(ctx context.Context, w *sql.Conn) (int, error) {
	var text string
	err := w.QueryRowContext(ctx, "select value from lake_meta where key = 'schema'").Scan(&text)
	if err == sql.ErrNoRows {
		return -1, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(text)
}

func columnsIn(ctx context.Context, w *sql.Conn) (map[string]map[string]bool, error) {
	rows, err := w.QueryContext(ctx, `select table_name, column_name from information_schema.columns
		where table_catalog = current_database() and table_schema = current_schema()`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	have := map[string]map[string]bool{}
	for rows.Next() {
		var t, c string
		if err := rows.Scan(&t, &c); err != nil {
			return nil, err
		}
		if have[t] == nil {
			have[t] = map[string]bool{}
		}
		have[t][c] = true
	}
	return have, rows.Err()
}

// missing are the statements that bring a table with these columns to its declaration.
func (l *Lake) missing(t table, have map[string]bool) []string {
	var due []string
	if have == nil {
		defs := make([]string, len(t.columns))
		for i, c := range t.columns {
			defs[i] = `"` + c.name + `" ` + c.sqlType
		}
		due = append(due, "create table "+t.name+" ("+strings.Join(defs, ", ")+")")
	} else {
		for _, c := range t.columns {
			if !have[c.name] {
				due = append(due, fmt.Sprintf(`alter table %s add column "%s" %s`, t.name, c.name, c.sqlType))
			}
		}
	}
	if l.engine.Indexed() {
		for _, columns := range t.indexes {
			name := t.name + "_" + strings.ReplaceAll(columns, ", ", "_")
			due = append(due, fmt.Sprintf("create index if not exists %s on %s (%s)", name, t.name, columns))
		}
	}
	return due
}
