package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Orders are purchases.
var Orders = register(Kind{
	Name: "orders", Tag: 12,
	Label: i18n.Text{EN: "Orders", ES: "Pedidos", RO: "Comenzi", RU: "Заказы"},
	Columns: []Column{
		{Name: "order_id", Tag: 1, Type: Key},
		{Name: "amount", Tag: 2, Type: Money, Required: true},
		{Name: "currency", Tag: 3, Type: Currency, Required: true},
		{Name: "product", Tag: 4},
		{Name: "channel", Tag: 5},
		{Name: "quantity", Tag: 6, Type: Integer, Min: 0, Max: 1e12},
	},
})
