package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Invitations are requests to answer a survey.
var Invitations = register(Kind{
	Name: "invitations", Tag: 7,
	Label: i18n.Text{EN: "Survey invitations", ES: "Invitaciones a encuestas", RO: "Invitații la sondaje", RU: "Приглашения к опросам"},
	Columns: []Column{
		{Name: "survey", Tag: 1, Required: true},
		{Name: "channel", Tag: 2},
		{Name: "touchpoint", Tag: 3},
		{Name: "delivered", Tag: 4, Type: Bool},
	},
})
