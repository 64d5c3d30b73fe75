package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Social are counts for a post on a social network.
var Social = register(Kind{
	Name: "social", Tag: 18,
	Label: i18n.Text{EN: "Social posts", ES: "Publicaciones sociales", RO: "Postări sociale", RU: "Публикации в соцсетях"},
	Columns: []Column{
		{Name: "post_id", Tag: 1, Type: Key, Required: true},
		{Name: "network", Tag: 2},
		{Name: "impressions", Tag: 3, Type: Integer, Min: 0, Max: 1e12},
		{Name: "likes", Tag: 4, Type: Integer, Min: 0, Max: 1e12},
		{Name: "shares", Tag: 5, Type: Integer, Min: 0, Max: 1e12},
		{Name: "saves", Tag: 6, Type: Integer, Min: 0, Max: 1e12},
		{Name: "comments", Tag: 7, Type: Integer, Min: 0, Max: 1e12},
		{Name: "clicks", Tag: 8, Type: Integer, Min: 0, Max: 1e12},
		{Name: "mentions", Tag: 9, Type: Integer, Min: 0, Max: 1e12},
	},
})
