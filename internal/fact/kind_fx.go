package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Fx are exchange rates to the reporting currency, each valid from its date on.
var Fx = register(Kind{
	Name: "fx", Tag: 24,
	Label: i18n.Text{EN: "Exchange rates", ES: "Tipos de cambio", RO: "Cursuri de schimb", RU: "Курсы валют"},
	Columns: []Column{
		{Name: "currency", Tag: 1, Type: Currency, Required: true},
		{Name: "rate", Tag: 2, Type: Decimal, Min: 0.000000001, Max: 999999999, Required: true},
	},
})
