package fact

import (
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Memberships say who belongs to which account from when, and until when. They come from group calls,
// from contexts that name a group, and from contacts with an account.
var Memberships = register(Kind{
	Name: "memberships", Tag: 4,
	Label:        i18n.Text{EN: "Memberships", ES: "Pertenencias", RO: "Apartenențe", RU: "Принадлежности"},
	NeedsAccount: true, NeedsUser: true,
	Columns: []Column{
		{Name: "status", Tag: 1, Type: Choice, Choices: []string{"joined", "left"}},
		{Name: "role", Tag: 2},
	},
	Check: checkMembership,
})

func checkMembership(f *Fact, _ *time.Location) *Refusal {
	if f.Get("status").State != Present {
		f.Set("status", TextValue("joined"))
	}
	return nil
}
