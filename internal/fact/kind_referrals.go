package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Referrals are customers who brought others.
var Referrals = register(Kind{
	Name: "referrals", Tag: 21,
	Label:        i18n.Text{EN: "Referrals", ES: "Referidos", RO: "Recomandări", RU: "Рекомендации"},
	NeedsAccount: true,
	Columns: []Column{
		{Name: "referred_account_id", Tag: 1, Type: Key},
		{Name: "lead_id", Tag: 2, Type: Key},
		{Name: "status", Tag: 3},
		{Name: "value", Tag: 4, Type: Money},
		{Name: "currency", Tag: 5, Type: Currency},
	},
})
