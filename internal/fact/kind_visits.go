package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Visits are scores of mystery shopping visits and of call reviews, one criterion each.
var Visits = register(Kind{
	Name: "visits", Tag: 23,
	Label: i18n.Text{EN: "Evaluations", ES: "Evaluaciones", RO: "Evaluări", RU: "Оценки"},
	Columns: []Column{
		{Name: "scorecard", Tag: 1, Required: true},
		{Name: "scenario", Tag: 2},
		{Name: "profile", Tag: 3},
		{Name: "target", Tag: 4},
		{Name: "product", Tag: 5},
		{Name: "department", Tag: 6},
		{Name: "person", Tag: 7, Personal: true},
		{Name: "criterion", Tag: 8, Required: true},
		{Name: "score", Tag: 9, Type: Number, Min: -1000, Max: 1000, Required: true},
		{Name: "scale_max", Tag: 10, Type: Number, Min: 0, Max: 1000},
		{Name: "weight", Tag: 11, Type: Number, Min: 0, Max: 1e6},
		{Name: "text", Tag: 12, MaxBytes: 1 << 20, Personal: true},
	},
})
