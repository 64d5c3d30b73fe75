package fact

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Contracts are the state of agreements with a term from an instant on.
var Contracts = register(Kind{
	Name: "contracts", Tag: 10,
	Label: i18n.Text{EN: "Contracts", ES: "Contratos", RO: "Contracte", RU: "Договоры"},
	Mode:  Snapshot, Subject: "contract_id",
	NeedsAccount: true,
	Columns: []Column{
		{Name: "contract_id", Tag: 1, Type: Key, Required: true},
		{Name: "start", Tag: 2, Type: Time, Required: true},
		{Name: "end", Tag: 3, Type: Time, Required: true},
		{Name: "value", Tag: 4, Type: Money, Required: true},
		{Name: "currency", Tag: 5, Type: Currency, Required: true},
		{Name: "status", Tag: 6, Type: Choice, Choices: []string{"open", "renewed", "lost", "downgraded"}, Required: true},
		{Name: "renewed_to", Tag: 7, Type: Key},
		{Name: "payment_terms", Tag: 8},
		{Name: "monthly", Tag: 9, Type: Money, Derived: true},
	},
	Check: checkContract,
})

var paymentPart = regexp.MustCompile(`^([0-9]{1,3})%?\+([0-9]{1,3})d?$`)

// checkContract computes the monthly value (value / months of the term) and reads the payment terms.
func checkContract(f *Fact, zone *time.Location) *Refusal {
	start, end := f.Get("start").Int, f.Get("end").Int
	if end <= start {
		return refuse("end", "is not after start")
	}
	monthly, ok := MonthlyOfTerm(f.Get("value").Int, start, end, zone)
	if !ok {
		return refuse("value", "is too large")
	}
	f.Set("monthly", IntValue(monthly))
	return checkTerms(f.Text("payment_terms"))
}

func checkTerms(terms string) *Refusal {
	switch strings.ToLower(terms) {
	case "", "prepaid", "postpaid", "50/50", "30/70":
		return nil
	}
	total := 0
	for _, part := range strings.FieldsFunc(terms, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		m := paymentPart.FindStringSubmatch(part)
		if m == nil {
			return refuse("payment_terms", "%q: use prepaid, 50/50, 30/70, postpaid or a list of percent+days like 40+0,60+30", clip(terms))
		}
		percent, _ := strconv.Atoi(m[1])
		total += percent
	}
	if total != 100 {
		return refuse("payment_terms", "%q adds up to %d %%, not 100 %%", clip(terms), total)
	}
	return nil
}
