package metric

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Row is one line of a table beside a value: its columns by name, as text, numbers, booleans or null.
type Row map[string]any

// maxTableRows bounds a table: a definition that can give more must limit itself.
const maxTableRows = 10_000

// readTables reads the tables of the definition over the whole period; for a breakdown those of every listed group too.
func (e *evaluation) readTables(ctx context.Context) error {
	byKey := map[string]*group{}
	var unknown *group
	for _, g := range e.groups {
		if g.key == nil {
			unknown = g
		} else {
			byKey[*g.key] = g
		}
	}
	for _, table := range e.def.Tables {
		if err := e.readTable(ctx, table, func(ofGroup bool, key *string, row Row) {
			g := unknown
			if key != nil {
				g = byKey[*key]
			}
			switch {
			case !ofGroup:
				if e.tables == nil {
					e.tables = map[string][]Row{}
				}
				e.tables[table.Name] = append(e.tables[table.Name], row)
			case g != nil: // one that is listed
				if g.tables == nil {
					g.tables = map[string][]Row{}
				}
				g.tables[table.Name] = append(g.tables[table.Name], row)
			}
		}); err != nil {
			return err
		}
	}
	return nil
}

// readTable gives every row of a table to use: of the whole, then of each group with its key when there is a breakdown,
// in one statement, since what is counted may be dear.
func (e *evaluation) readTable(ctx context.Context, table Table, use func(ofGroup bool, key *string, row Row)) error {
	c := e.compiler(e.points[1:2])
	by, group, source := "", "", "counted"
	if e.by != "" && strings.Contains(table.SQL, "{group}") {
		by, group, source = e.by, "of_group, level_key,", "levels"
	}
	of := *e
	if e.summed != nil && e.summed.Tables[table.Name] != "" {
		table.SQL = e.summed.Tables[table.Name]
	} else {
		of.summed = nil
	}
	body, err := of.body(c, by)
	if err != nil {
		return err
	}
	text := strings.NewReplacer("{rows}", source, "{group}", group).Replace(table.SQL)
	if text, err = c.expand(text); err != nil {
		return err
	}
	c.ctes = append(c.ctes, "counted as (select * from "+body+")")
	if by != "" {
		listed := "" // rows of groups that nobody sees would cost as much as the rest
		if e.otherGroups > 0 {
			listed = " where l.of_group = 0 or " + e.listed(c, "c.group_key")
		}
		c.ctes = append(c.ctes, "levels as (select c.*, l.of_group, case when l.of_group = 1 then c.group_key end as level_key from counted c cross join (values (0), (1)) as l(of_group)"+listed+")")
	}
	rows, err := e.view.Query(ctx, c.statement(text), c.args...)
	if err != nil {
		return fmt.Errorf("metric %s, table %s: %w", e.def.ID, table.Name, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for n := 0; rows.Next(); n++ {
		if n == maxTableRows && by == "" {
			return fmt.Errorf("metric %s: the table %s has more than %d rows", e.def.ID, table.Name, maxTableRows)
		}
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for j := range values {
			into[j] = &values[j]
		}
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("metric %s, table %s: %w", e.def.ID, table.Name, err)
		}
		row, ofGroup := Row{}, false
		var key *string
		for j, name := range columns {
			switch name {
			case "level_key":
				key = keyText(values[j])
			case "group_key": // level_key, where it counts
			case "of_group":
				ofGroup = fmt.Sprint(values[j]) == "1"
			default:
				row[name] = e.cell(values[j], table.Units[name])
			}
		}
		use(ofGroup, key, row)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("metric %s, table %s: %w", e.def.ID, table.Name, err)
	}
	return nil
}

// cell is a value of a table as JSON has it, alike whatever database it comes from.
func (e *evaluation) cell(v any, unit Unit) any {
	switch v := v.(type) {
	case nil, bool:
		return v
	case time.Time:
		if v.Hour() == 0 && v.Minute() == 0 && v.Second() == 0 && v.Nanosecond() == 0 {
			return v.Format(time.DateOnly) // a day; instants at midnight are days too
		}
		return v.UTC().Format(time.RFC3339)
	case int64:
		if unit == Money {
			return money(ratOf(0).SetInt64(v), e.currency)
		}
		return v
	case int32:
		return int64(v)
	case float64:
		return figure(v)
	}
	text := fmt.Sprint(v)
	if b, ok := v.([]byte); ok {
		text = string(b)
	}
	switch {
	case unit == Money:
		return money(ratText(text), e.currency)
	case unit != "": // PostgreSQL's exact numbers come as text
		if x, err := strconv.ParseFloat(text, 64); err == nil {
			return figure(x)
		}
	}
	return text
}
