package metric

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// trait is what is known of accounts, or of contacts, from an instant on.
type trait struct {
	kind   *fact.Kind
	column *fact.Column // nil for a sender's own, and for account_id
	own    string       // the sender's name for it
}

// The first words of names: contact.role is a trait of contacts, trait.seats a sender's own.
const (
	contactPrefix = "contact."
	ownPrefix     = "trait."
)

// traitNamed finds a trait: plan, trait.NAME, account_id, contact.role, contact.trait.NAME.
func traitNamed(name string) (trait, error) {
	t := trait{kind: fact.Accounts}
	rest, ofContact := strings.CutPrefix(name, contactPrefix)
	if ofContact {
		t.kind = fact.Contacts
	}
	if own, ok := strings.CutPrefix(rest, ownPrefix); ok {
		// DuckDB takes some names for paths into the JSON.
		if own == "" || len(own) > 255 || !utf8.ValidString(own) || own[0] == '$' || own[0] == '/' || own == "*" || strings.ContainsAny(own, "\"\\\x00") {
			return t, fault.Said("%q is no name of a trait: it must be text of 1 to 255 bytes without quotes and backslashes that is not * and does not begin with $ or /", clip(name))
		}
		t.own = own
		return t, nil
	}
	if name == "account_id" {
		return t, nil
	}
	column, ok := t.kind.Column(rest)
	if !ok || column.Personal {
		if ofContact {
			return t, fault.Said("%q is no trait of contacts; known are %s, and contact.trait.NAME for your own", clip(name), strings.Join(ContactTraits(), ", "))
		}
		return t, fault.Said("%q is no trait of accounts; known are %s, and trait.NAME for your own", clip(name), strings.Join(Traits(), ", "))
	}
	t.column = column
	return t, nil
}

// Traits are the account traits a segment or a breakdown may name; a sender's own are called trait.NAME.
func Traits() []string { return append([]string{"account_id"}, openColumns(fact.Accounts, "")...) }

// ContactTraits are the traits of contacts that a breakdown by people may name, but for those that name a person; a
// sender's own are called contact.trait.NAME.
func ContactTraits() []string { return openColumns(fact.Contacts, contactPrefix) }

func openColumns(k *fact.Kind, prefix string) []string {
	var names []string
	for _, column := range k.Columns {
		if !column.Personal {
			names = append(names, prefix+column.Name)
		}
	}
	return names
}

// AllDimensions are the names a breakdown may use, but for senders' own traits.
func (d *Definition) AllDimensions() []string {
	all := append(slices.Clone(d.Dimensions), Traits()...)
	if d.People {
		all = append(all, ContactTraits()...)
	}
	return all
}

func (d *Definition) knows(by string) bool {
	if slices.Contains(d.AllDimensions(), by) {
		return true
	}
	t, err := traitNamed(by)
	return err == nil && (t.kind == fact.Accounts || d.People)
}

// owner is the column of a metric's rows, and of the trait's relation, that says whose trait it is.
func (t trait) owner() string {
	if t.kind == fact.Contacts {
		return "person"
	}
	return "account"
}

// traitRows defines a relation (i, owner, value) with the value of a trait just before the end of each point: the last
// one given, where null erases and absent keeps. The relation's name is returned.
func (c *compiler) traitRows(name string) (string, trait, error) {
	t, err := traitNamed(name)
	if err != nil || c.traits[name] != "" {
		return c.traits[name], t, err
	}
	if err := c.define("points", "points", ""); err != nil {
		return "", t, err
	}
	relation := "trait_" + strconv.Itoa(len(c.traits)+1)
	c.traits[name] = relation
	c.ctes = append(c.ctes, relation+" as (\n"+c.traitSQL(t)+"\n)")
	return relation, t, nil
}

func (c *compiler) traitSQL(t trait) string {
	value, given := "", ""
	switch {
	case t.own != "":
		name := "cast(" + c.arg(t.own) + " as varchar)"
		value, given = "(cast(f.properties as json) ->> "+name+")", "(cast(f.properties as json) -> "+name+") is not null"
	case t.column != nil:
		value, given = `f."`+t.column.Name+`"`, "(f.given & "+strconv.FormatInt(t.kind.Bit(t.column.Name), 10)+") <> 0"
	default:
		return "select p.i, k.account, k.account_id as value from r_points p cross join account_keys k"
	}
	given += also(c.view.Received(t.kind.Name, "f."))
	owner, join := "f.account", ""
	if t.kind == fact.Contacts {
		owner, join = "coalesce(pp.person, f.actor)", "\nleft join "+c.view.Persons()+" pp on pp.actor = f.actor"
	}
	// Until when a value held is told once, not for every point anew.
	return "select p.i, v." + t.owner() + ", v.value\nfrom r_points p\njoin (\n  select " + owner + " as " + t.owner() + ", " + value + " as value, f.ts, lead(f.ts) over (partition by " + owner +
		" order by f.ts, f.seq) as until_ts\n  from fact_" + t.kind.Name + " f" + join + "\n  where " + given + "\n) v on v.ts < p.to_ts and coalesce(v.until_ts, timestamp '9999-01-01 00:00:00') >= p.to_ts"
}
