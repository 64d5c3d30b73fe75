package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Relevances say how well a measure of accounts has foretold an outcome, as it was found at an instant; each holds until the
// next one of its pair. Keepwell writes them when it learns from the history, so that what was known then can be asked for.
var Relevances = register(Kind{
	Name: "relevances", Tag: 26,
	Label: i18n.Text{EN: "Relevance of measures", ES: "Relevancia de las medidas", RO: "Relevanța măsurilor", RU: "Значимость показателей"},
	Mode:  Snapshot, Subject: "pair",
	Columns: []Column{
		{Name: "pair", Tag: 1, Type: Key, Required: true},
		{Name: "measure", Tag: 2, Type: Key, Required: true},
		{Name: "metric", Tag: 3, Type: Key},
		{Name: "outcome", Tag: 4, Type: Choice, Choices: []string{"churn", "renewal", "expansion", "value"}, Required: true},
		{Name: "strength", Tag: 5, Type: Number, Min: -1, Max: 1},
		{Name: "low", Tag: 6, Type: Number, Min: -1, Max: 1},
		{Name: "high", Tag: 7, Type: Number, Min: -1, Max: 1},
		{Name: "looks", Tag: 8, Type: Integer, Min: 0, Max: 1e12},
		{Name: "outcomes", Tag: 9, Type: Integer, Min: 0, Max: 1e12},
		{Name: "false_findings", Tag: 10, Type: Number, Min: 0, Max: 1},
		{Name: "verdict", Tag: 11, Type: Choice, Choices: []string{"foretells", "nothing", "unclear", "too_little"}, Required: true},
	},
})
