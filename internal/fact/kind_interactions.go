package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Interactions are calls, mails, meetings and whatever else the team and a customer did together.
var Interactions = register(Kind{
	Name: "interactions", Tag: 15,
	Label: i18n.Text{EN: "Interactions", ES: "Interacciones", RO: "Interacțiuni", RU: "Взаимодействия"},
	Columns: []Column{
		{Name: "kind", Tag: 1, Type: Choice, Choices: []string{"call", "email", "meeting", "chat", "qbr", "training", "webinar", "community", "advisory_board", "success_story", "reference", "review_given", "note"}, Required: true},
		{Name: "csm", Tag: 2},
		{Name: "direction", Tag: 3},
		{Name: "duration_seconds", Tag: 4, Type: Number, Min: 0, Max: 1e8},
		{Name: "subject", Tag: 5, Personal: true},
		{Name: "outcome", Tag: 6},
		{Name: "transcript", Tag: 7, MaxBytes: 1 << 20, Personal: true},
	},
})
