package fact

import "github.com/keepwell/keepwell/internal/i18n"

// Invoices are the state of bills from an instant on.
var Invoices = register(Kind{
	Name: "invoices", Tag: 11,
	Label: i18n.Text{EN: "Invoices", ES: "Facturas", RO: "Facturi", RU: "Счета"},
	Mode:  Snapshot, Subject: "invoice_id",
	NeedsAccount: true,
	Columns: []Column{
		{Name: "invoice_id", Tag: 1, Type: Key, Required: true},
		{Name: "contract_id", Tag: 2, Type: Key},
		{Name: "issued_at", Tag: 3, Type: Time},
		{Name: "due_at", Tag: 4, Type: Time},
		{Name: "amount", Tag: 5, Type: Money, Required: true},
		{Name: "currency", Tag: 6, Type: Currency, Required: true},
		{Name: "status", Tag: 7, Type: Choice, Choices: []string{"open", "paid", "void", "disputed", "uncollectible"}, Required: true},
		{Name: "paid_at", Tag: 8, Type: Time},
		{Name: "paid_amount", Tag: 9, Type: Money},
		{Name: "attempt", Tag: 10, Type: Integer, Min: 0, Max: 1000},
	},
})
