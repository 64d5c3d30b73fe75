package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Leads are the state of possible customers from an instant on.
var Leads = register(Kind{
	Name: "leads", Tag: 16,
	Label: i18n.Text{EN: "Leads", ES: "Leads", RO: "Lead-uri", RU: "Лиды"},
	Mode:  Snapshot, Subject: "lead_id",
	Columns: []Column{
		{Name: "lead_id", Tag: 1, Type: Key, Required: true},
		{Name: "source", Tag: 2},
		{Name: "campaign", Tag: 3},
		{Name: "status", Tag: 4, Type: Choice, Choices: []string{"new", "qualified", "opportunity", "won", "lost"}, Required: true},
		{Name: "fit", Tag: 5},
		{Name: "value", Tag: 6, Type: Money},
		{Name: "currency", Tag: 7, Type: Currency},
	},
})
