package fact

import (
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Accounts are customer companies: what is known of one from an instant on.
var Accounts = register(Kind{
	Name: "accounts", Tag: 1,
	Label: i18n.Text{EN: "Accounts", ES: "Cuentas", RO: "Conturi", RU: "Аккаунты"},
	Mode:  Traits, Subject: "account_id",
	NeedsAccount: true,
	Columns: []Column{
		{Name: "name", Tag: 1},
		{Name: "plan", Tag: 2},
		{Name: "industry", Tag: 3},
		{Name: "country", Tag: 4},
		{Name: "region", Tag: 5},
		{Name: "size", Tag: 6},
		{Name: "created_at", Tag: 7, Type: Time},
		{Name: "stage", Tag: 8},
		{Name: "csm", Tag: 9},
		{Name: "parent_account_id", Tag: 10, Type: Key},
		{Name: "touch_model", Tag: 11, Type: Choice, Choices: []string{"self_service", "low_touch", "high_touch"}},
		{Name: "health_override", Tag: 12, Type: Number, Min: 0, Max: 100},
	},
	Check: checkAccount,
})

func checkAccount(f *Fact, _ *time.Location) *Refusal {
	if f.Text("parent_account_id") == f.Account {
		return refuse("parent_account_id", "an account can't be its own parent")
	}
	return nil
}
