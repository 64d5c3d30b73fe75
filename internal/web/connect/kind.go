package connect

import (
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/i18n"
)

// kind is a kind of fact that a file may hold.
type kind struct {
	Name, Label string
}

func kinds(lang i18n.Lang) (all []kind) {
	for _, k := range fact.Kinds() {
		all = append(all, kind{k.Name, k.Label.In(lang)})
	}
	return all
}

// label is what a field is called by people, empty where its own name is as clear.
func label(lang i18n.Lang, field string) string {
	for _, key := range []string{"field." + field, "trait." + field} {
		if said := i18n.T(lang, key); i18n.Has(key) && bare(said) != bare(field) {
			return said
		}
	}
	return ""
}

// fields are what a column of a file may be for a kind of fact.
func fields(k *fact.Kind) []string {
	all := []string{"id", "ts", "account_id", "user_id"}
	for _, c := range k.Columns {
		if !c.Derived {
			all = append(all, c.Name)
		}
	}
	return all
}
