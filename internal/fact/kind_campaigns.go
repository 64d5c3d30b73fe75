package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Campaigns are a campaign's counts for a day.
var Campaigns = register(Kind{
	Name: "campaigns", Tag: 17,
	Label: i18n.Text{EN: "Campaigns", ES: "Campañas", RO: "Campanii", RU: "Кампании"},
	Columns: []Column{
		{Name: "campaign", Tag: 1, Required: true},
		{Name: "channel", Tag: 2},
		{Name: "sent", Tag: 3, Type: Integer, Min: 0, Max: 1e12},
		{Name: "delivered", Tag: 4, Type: Integer, Min: 0, Max: 1e12},
		{Name: "opened", Tag: 5, Type: Integer, Min: 0, Max: 1e12},
		{Name: "clicked", Tag: 6, Type: Integer, Min: 0, Max: 1e12},
		{Name: "impressions", Tag: 7, Type: Integer, Min: 0, Max: 1e12},
		{Name: "conversions", Tag: 8, Type: Integer, Min: 0, Max: 1e12},
		{Name: "revenue", Tag: 9, Type: Money},
		{Name: "cost", Tag: 10, Type: Money},
		{Name: "currency", Tag: 11, Type: Currency},
	},
})
