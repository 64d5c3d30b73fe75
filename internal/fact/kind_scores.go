package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Scores are health scores of accounts as they were told at an instant; each holds until the next one of its aspect. Keepwell
// writes them when a score changes, so that what was known then can be asked for like any other fact.
var Scores = register(Kind{
	Name: "scores", Tag: 25,
	Label:        i18n.Text{EN: "Health scores", ES: "Puntuaciones de salud", RO: "Scoruri de sănătate", RU: "Оценки здоровья"},
	NeedsAccount: true,
	Columns: []Column{
		{Name: "aspect", Tag: 1, Required: true},
		{Name: "scorecard", Tag: 2},
		{Name: "version", Tag: 3, Type: Number, Min: 0, Max: 1e9},
		{Name: "score", Tag: 4, Type: Number, Min: 0, Max: 100},
		{Name: "band", Tag: 5, Type: Choice, Choices: []string{"good", "average", "poor"}},
		{Name: "coverage", Tag: 6, Type: Number, Min: 0, Max: 100},
		{Name: "pending", Tag: 7, Type: Choice, Choices: []string{"good", "average", "poor"}},
		{Name: "pending_since", Tag: 8, Type: Time},
	},
})
