package fact

import (
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Subscriptions are the state of recurring agreements from an instant on.
var Subscriptions = register(Kind{
	Name: "subscriptions", Tag: 9,
	Label: i18n.Text{EN: "Subscriptions", ES: "Suscripciones", RO: "Abonamente", RU: "Подписки"},
	Mode:  Snapshot, Subject: "subscription_id",
	NeedsAccount: true,
	Columns: []Column{
		{Name: "subscription_id", Tag: 1, Type: Key, Required: true},
		{Name: "status", Tag: 2, Type: Choice, Choices: []string{"trialing", "active", "past_due", "paused", "canceled"}, Required: true},
		{Name: "plan", Tag: 3},
		{Name: "product_line", Tag: 4},
		{Name: "quantity", Tag: 5, Type: Integer, Min: 0, Max: 1e9},
		{Name: "amount", Tag: 6, Type: Money},
		{Name: "currency", Tag: 7, Type: Currency},
		{Name: "interval", Tag: 8, Type: Choice, Choices: []string{"day", "week", "month", "quarter", "year"}},
		{Name: "interval_count", Tag: 9, Type: Integer, Min: 1, Max: 1000},
		{Name: "discount", Tag: 10, Type: Decimal, Min: 0, Max: 100},
		{Name: "cancel_reason", Tag: 11},
		{Name: "cancel_kind", Tag: 12, Type: Choice, Choices: []string{"voluntary", "involuntary"}},
		{Name: "trial_end", Tag: 13, Type: Time},
		{Name: "ended_at", Tag: 14, Type: Time},
		{Name: "monthly", Tag: 15, Type: Money, Derived: true},
	},
	Check: checkSubscription,
})

// checkSubscription computes the monthly value: amount x quantity x (1 - discount/100) brought to a month, and 0 while
// trialing, paused or canceled. A subscription that is past due still counts.
func checkSubscription(f *Fact, _ *time.Location) *Refusal {
	status := f.Text("status")
	paying := status == "active" || status == "past_due"
	if !paying {
		f.Set("monthly", IntValue(0))
		return nil
	}
	if f.Get("amount").State != Present {
		return refuse("amount", "is missing: what does an %s subscription cost?", status)
	}
	if f.Text("interval") == "" {
		f.Set("interval", TextValue("month"))
	}
	quantity, count := int64(1), int64(1)
	if v := f.Get("quantity"); v.State == Present {
		quantity = v.Int
	}
	if v := f.Get("interval_count"); v.State == Present {
		count = v.Int
	}
	monthly, ok := Monthly(f.Get("amount").Int, quantity, f.Text("discount"), f.Text("interval"), count)
	if !ok {
		return refuse("amount", "amount times quantity is too large")
	}
	f.Set("monthly", IntValue(monthly))
	return nil
}
