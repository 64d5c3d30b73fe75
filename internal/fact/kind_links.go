package fact

import (
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Links say who is who: a visitor turned out to be a person (identify), one id continues
// another (alias), or such a link was wrong (undo). They come from identify and alias calls.
var Links = register(Kind{
	Name: "links", Tag: 3,
	Label: i18n.Text{EN: "Identity links", ES: "Vínculos de identidad", RO: "Legături de identitate", RU: "Связи личностей"},
	Columns: []Column{
		{Name: "action", Tag: 1, Type: Choice, Choices: []string{"identify", "alias", "undo"}, Required: true},
		{Name: "anonymous_id", Tag: 2, Type: Key},
		{Name: "previous_id", Tag: 3, Type: Key},
	},
	Check: checkLink,
})

func checkLink(f *Fact, _ *time.Location) *Refusal {
	anonymous, previous := f.Text("anonymous_id"), f.Text("previous_id")
	switch {
	case anonymous == "" && previous == "":
		return refuse("anonymous_id", "is missing: give anonymous_id or previous_id")
	case f.Text("action") == "identify" && anonymous == "":
		return refuse("anonymous_id", "is missing: identify joins a visitor to a person")
	case f.Text("action") == "alias" && previous == "":
		return refuse("previous_id", "is missing: alias joins two ids")
	case f.Text("action") != "undo" && f.User == "":
		return refuse("user_id", "is missing: who is it?")
	}
	return nil
}
