package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Events are what people did in the product.
var Events = register(Kind{
	Name: "events", Tag: 5,
	Label: i18n.Text{EN: "Events", ES: "Eventos", RO: "Evenimente", RU: "События"},
	Columns: []Column{
		{Name: "name", Tag: 1, Required: true},
		{Name: "anonymous_id", Tag: 2, Type: Key},
		{Name: "session_id", Tag: 3, Type: Key},
	},
})
