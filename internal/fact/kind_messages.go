package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Messages are single messages of support conversations.
var Messages = register(Kind{
	Name: "messages", Tag: 14,
	Label: i18n.Text{EN: "Messages", ES: "Mensajes", RO: "Mesaje", RU: "Сообщения"},
	Columns: []Column{
		{Name: "ticket_id", Tag: 1, Type: Key, Required: true},
		{Name: "author", Tag: 2, Type: Choice, Choices: []string{"customer", "agent", "bot"}, Required: true},
		{Name: "agent", Tag: 3},
		{Name: "public", Tag: 4, Type: Bool},
		{Name: "text", Tag: 5, MaxBytes: 1 << 20, Personal: true},
	},
})
