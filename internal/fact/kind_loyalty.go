package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Loyalty are points issued, redeemed and expired.
var Loyalty = register(Kind{
	Name: "loyalty", Tag: 19,
	Label: i18n.Text{EN: "Loyalty points", ES: "Puntos de fidelidad", RO: "Puncte de loialitate", RU: "Бонусные баллы"},
	Columns: []Column{
		{Name: "kind", Tag: 1, Type: Choice, Choices: []string{"issue", "redeem", "expire"}, Required: true},
		{Name: "points", Tag: 2, Type: Integer, Min: 0, Max: 1e12, Required: true},
		{Name: "reward", Tag: 3},
	},
})
