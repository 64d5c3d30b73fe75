package metric

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// scope defines the relation of the accounts that are in the segment at the end of each point.
func (c *compiler) scope(s account.Segment, zone *time.Location) error {
	if err := c.define("points", "points", ""); err != nil {
		return err
	}
	joins := ""
	for _, name := range s.Traits() {
		if name == "account_id" {
			continue // stands in account_keys itself
		}
		relation, _, err := c.traitRows(name)
		if err != nil {
			return err
		}
		joins += fmt.Sprintf("\nleft join %s on %s.i = p.i and %s.account = k.account", relation, relation, relation)
	}
	condition, err := c.condition(s, zone)
	if err != nil {
		return err
	}
	c.done["scope"] = true
	c.ctes = append(c.ctes, "scope as (\nselect p.i, k.account from r_points p cross join account_keys k"+joins+"\nwhere "+condition+"\n)")
	return nil
}

// checkSegment says what a segment asks for that can't be compared, by writing its condition for nobody.
func checkSegment(s account.Segment, zone *time.Location) error {
	if s.IsEveryone() {
		return nil
	}
	_, err := new(compiler).condition(s, zone)
	return err
}

// condition is the segment in SQL, over the relations of its traits.
func (c *compiler) condition(s account.Segment, zone *time.Location) (string, error) {
	switch s.Op {
	case "and", "or":
		parts := make([]string, len(s.Of))
		for i, part := range s.Of {
			sql, err := c.condition(part, zone)
			if err != nil {
				return "", err
			}
			parts[i] = "(" + sql + ")"
		}
		return strings.Join(parts, " "+s.Op+" "), nil
	case "not":
		sql, err := c.condition(s.Of[0], zone)
		return "not (" + sql + ")", err
	}
	t, err := traitNamed(s.Trait)
	if err != nil {
		return "", err
	}
	if t.kind != fact.Accounts {
		return "", fmt.Errorf("%s is a trait of contacts; a segment chooses accounts", clip(s.Trait))
	}
	column := c.traits[s.Trait] + ".value"
	if s.Trait == "account_id" {
		column = "k.account_id"
	}
	var sql string
	switch s.Op {
	case "missing":
		return column + " is null", nil
	case "contains":
		sql = "position(lower(" + c.text(s.Values[0]) + ") in lower(cast(" + column + " as varchar))) > 0"
	case "in":
		values := make([]string, len(s.Values))
		for i, text := range s.Values {
			if values[i], err = c.literal(s.Trait, t, text, zone); err != nil {
				return "", err
			}
		}
		sql = column + " in (" + strings.Join(values, ", ") + ")"
	case "=":
		value, err := c.literal(s.Trait, t, s.Values[0], zone)
		if err != nil {
			return "", err
		}
		sql = column + " = " + value
	case "<", "<=", ">", ">=":
		if sql, err = c.order(column, s, t, zone); err != nil {
			return "", err
		}
	default:
		return "", fmt.Errorf("%q is no comparison", s.Op)
	}
	return "coalesce(" + sql + ", false)", nil
}

// order compares by size. Text that is compared with a number is compared as a number, where it is one; other text by
// its bytes, so that every database orders it alike.
func (c *compiler) order(column string, s account.Segment, t trait, zone *time.Location) (string, error) {
	text := t.column == nil || (t.column.Type != fact.Number && t.column.Type != fact.Time)
	if x, ok := finite(s.Values[0]); ok && text {
		// The pattern spans the whole text, so that ~ means the same on DuckDB (all of it) and PostgreSQL (any part).
		return "case when " + column + " ~ '^-?[0-9]{1,18}([.][0-9]{1,18})?$' then cast(" + column + " as double precision) " + s.Op + " " + c.number(x) + " else false end", nil
	}
	value, err := c.literal(s.Trait, t, s.Values[0], zone)
	if text {
		value += ` collate "C"`
	}
	return column + " " + s.Op + " " + value, err
}

// literal is a value as a parameter of its trait's type.
func (c *compiler) literal(name string, t trait, text string, zone *time.Location) (string, error) {
	if t.column != nil && t.column.Type == fact.Number {
		x, ok := finite(text)
		if !ok {
			return "", fmt.Errorf("%s is a number; %q is not", name, clip(text))
		}
		return c.number(x), nil
	}
	if t.column != nil && t.column.Type == fact.Time {
		at, err := fact.ParseTime(fact.Cell{Kind: fact.TextCell, Text: text}, zone)
		if err != nil {
			return "", fmt.Errorf("%s is an instant; %w", name, err)
		}
		return "cast(" + c.arg(at.UTC().Format("2006-01-02 15:04:05.000000")) + " as timestamp)", nil
	}
	return c.text(text), nil
}

func (c *compiler) text(s string) string    { return "cast(" + c.arg(s) + " as varchar)" }
func (c *compiler) number(x float64) string { return "cast(" + c.arg(x) + " as double precision)" }

func finite(text string) (float64, bool) {
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil && !math.IsInf(x, 0) && !math.IsNaN(x)
}
