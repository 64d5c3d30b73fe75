package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Contacts are people in customer companies: what is known of one from an instant on.
// A row with an account also says that the person belongs to it.
var Contacts = register(Kind{
	Name: "contacts", Tag: 2,
	Label: i18n.Text{EN: "Contacts", ES: "Contactos", RO: "Contacte", RU: "Контакты"},
	Mode:  Traits, Subject: "user_id",
	NeedsUser: true,
	Columns: []Column{
		{Name: "email", Tag: 1, Personal: true},
		{Name: "name", Tag: 2, Personal: true},
		{Name: "role", Tag: 3},
		{Name: "title", Tag: 4},
		{Name: "locale", Tag: 5},
		{Name: "timezone", Tag: 6},
		{Name: "created_at", Tag: 7, Type: Time},
		{Name: "unsubscribed", Tag: 8, Type: Bool},
	},
})
