package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Costs are what keeping, winning and serving customers cost.
var Costs = register(Kind{
	Name: "costs", Tag: 22,
	Label: i18n.Text{EN: "Costs", ES: "Costes", RO: "Costuri", RU: "Затраты"},
	Columns: []Column{
		{Name: "kind", Tag: 1, Type: Choice, Choices: []string{"retention", "acquisition", "service", "cs_team", "marketing"}, Required: true},
		{Name: "part", Tag: 2},
		{Name: "campaign", Tag: 3},
		{Name: "csm", Tag: 4},
		{Name: "amount", Tag: 5, Type: Money, Required: true},
		{Name: "currency", Tag: 6, Type: Currency, Required: true},
	},
})
