package fact

import (
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Tickets are the state of support conversations from an instant on.
var Tickets = register(Kind{
	Name: "tickets", Tag: 13,
	Label: i18n.Text{EN: "Tickets", ES: "Tickets", RO: "Tichete", RU: "Обращения"},
	Mode:  Snapshot, Subject: "ticket_id",
	Columns: []Column{
		{Name: "ticket_id", Tag: 1, Type: Key, Required: true},
		{Name: "status", Tag: 2, Type: Choice, Choices: []string{"open", "pending", "solved", "closed", "reopened"}, Required: true},
		{Name: "channel", Tag: 3},
		{Name: "priority", Tag: 4},
		{Name: "category", Tag: 5},
		{Name: "agent", Tag: 6},
		{Name: "team", Tag: 7},
		{Name: "opened_at", Tag: 8, Type: Time},
		{Name: "first_response_at", Tag: 9, Type: Time},
		{Name: "solved_at", Tag: 10, Type: Time},
		{Name: "contacts", Tag: 11, Type: Integer, Min: 0, Max: 1e12},
		{Name: "reopens", Tag: 12, Type: Integer, Min: 0, Max: 1e12},
		{Name: "transfers", Tag: 13, Type: Integer, Min: 0, Max: 1e12},
		{Name: "talk_seconds", Tag: 14, Type: Number, Min: 0, Max: 1e8},
		{Name: "hold_seconds", Tag: 15, Type: Number, Min: 0, Max: 1e8},
		{Name: "wrap_seconds", Tag: 16, Type: Number, Min: 0, Max: 1e8},
		{Name: "first_contact_resolved", Tag: 17, Type: Bool},
	},
	Check: checkTicket,
})

func checkTicket(f *Fact, _ *time.Location) *Refusal {
	opened := f.Get("opened_at")
	for _, column := range []string{"first_response_at", "solved_at"} {
		if v := f.Get(column); v.State == Present && opened.State == Present && v.Int < opened.Int {
			return refuse(column, "lies before opened_at")
		}
	}
	return nil
}
