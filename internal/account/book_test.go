package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

var june = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func bookOf(all ...*Standing) *Book {
	for i, s := range all {
		s.Number = Account(i + 1)
		s.Fold()
	}
	return NewBook(june, "EUR", all)
}

func eur(minor int64) Money { return Money{Minor: minor, Currency: "EUR"} }

func testBook() *Book {
	nine, three := 9, 3
	return bookOf(
		&Standing{ID: "a1", Name: "Știri SRL", Plan: "team", Country: "RO", Size: "12", MRR: eur(500), NPS: &nine, Domain: "stiri.ro", Created: june.AddDate(0, -1, 0)},
		&Standing{ID: "a2", Name: "Беркут", Plan: "enterprise", Country: "MD", Size: "9", MRR: eur(9000), NPS: &three},
		&Standing{ID: "a3", Plan: "team", Size: "1-10"},
		&Standing{ID: "a4", Name: "acme", MRR: Money{Minor: 700, Currency: "USD"}, Tickets: 4, LastSeen: june},
	)
}

func ids(page Page) string {
	var all []string
	for _, s := range page.Accounts {
		all = append(all, s.ID)
	}
	return strings.Join(all, " ")
}

func TestAccountsWithoutAValueComeLastInEveryOrder(t *testing.T) {
	b := testBook()
	for sort, want := range map[string]string{
		"": "a3 a4 a1 a2", "-name": "a2 a1 a4 a3", "nps": "a2 a1 a3 a4", "-nps": "a1 a2 a3 a4", "mrr": "a4 a1 a2 a3", "-mrr": "a2 a1 a4 a3",
		"-tickets": "a4 a1 a2 a3", "last_seen": "a4 a1 a2 a3", "country": "a2 a1 a3 a4",
	} {
		page, err := b.Page(Question{Sort: sort})
		if err != nil || ids(page) != want {
			t.Errorf("by %q: %s, %v, want %s", sort, ids(page), err, want)
		}
	}
	if _, err := b.Page(Question{Sort: "colour"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("by colour: %v", err)
	}
}

func TestSearchingKnowsNoCaseAndNoAccents(t *testing.T) {
	b := testBook()
	for text, want := range map[string]string{"STIRI": "a1", "știri srl": "a1", "беркут": "a2", "a3": "a3", "stiri.ro": "a1", "srl acme": "", " ": "a3 a4 a1 a2"} {
		if page, _ := b.Page(Question{Text: text}); ids(page) != want {
			t.Errorf("%q finds %q, want %q", text, ids(page), want)
		}
	}
}

func TestPagesFollowOneAnother(t *testing.T) {
	var all []*Standing
	for i := range 137 {
		all = append(all, &Standing{ID: fmt.Sprintf("id-%03d", i), Name: fmt.Sprint("n", i%7), Tickets: i % 5})
	}
	b := bookOf(all...)
	for _, c := range Columns {
		for _, sort := range []string{c.ID, "-" + c.ID} {
			seen, after := map[string]bool{}, ""
			for range 20 {
				page, err := b.Page(Question{Sort: sort, After: after, Limit: 10})
				if err != nil || page.Total != 137 {
					t.Fatalf("%s: %d, %v", sort, page.Total, err)
				}
				for _, s := range page.Accounts {
					if seen[s.ID] {
						t.Fatalf("by %s %s comes twice", sort, s.ID)
					}
					seen[s.ID] = true
				}
				if after = page.Next; after == "" {
					break
				}
			}
			if len(seen) != 137 {
				t.Errorf("by %s %d of 137 come", sort, len(seen))
			}
		}
	}
}

func TestMoneyIsAddedInOneCurrencyOrNotAtAll(t *testing.T) {
	rates := NewRates("EUR", []string{"EUR", "USD", "JPY"}, map[string]string{"USD": "0.92", "JPY": "0.006"})
	for _, c := range []struct {
		amounts map[string]int64
		want    Money
		mixed   bool
	}{
		{map[string]int64{"EUR": 100, "USD": 100}, eur(192), false},
		{map[string]int64{"JPY": 1000}, eur(600), false}, // yen have no cents
		{map[string]int64{"EUR": 100, "GBP": 100}, eur(100), true},
		{map[string]int64{"GBP": 100}, Money{100, "GBP"}, false},
		{nil, Money{}, false},
	} {
		if got, mixed := rates.Sum(c.amounts, 1); got != c.want || mixed != c.mixed {
			t.Errorf("%v: %v %v, want %v %v", c.amounts, got, mixed, c.want, c.mixed)
		}
	}
	if r := NewRates("", []string{"RON"}, nil); r.Currency != "RON" {
		t.Errorf("all amounts are in RON, and they are brought to %q", r.Currency)
	}
	spans := []Recurring{{From: june.AddDate(-1, 0, 0), Until: june, Monthly: 10 * fact.MonthlyUnit, Currency: "EUR"}, {From: june, Monthly: 30 * fact.MonthlyUnit, Currency: "EUR"}}
	for at, want := range map[time.Time]Money{june: eur(10), june.Add(1): eur(30), june.AddDate(-1, 0, 0): {}} {
		if got, _ := Worth(spans, at, rates); got != want {
			t.Errorf("worth at %s: %v, want %v", at, got, want)
		}
	}
	if since, until := CustomerSince(spans[:1], june.AddDate(0, 1, 0)); !since.Equal(spans[0].From) || !until.Equal(june) {
		t.Errorf("a customer from %s until %s", since, until)
	}
}

func TestTermsRenewByTheCalendar(t *testing.T) {
	day := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		anchor, interval string
		count            int
		now, want        string
	}{
		{"2024-01-31", "month", 1, "2026-02-10", "2026-02-28"}, {"2024-01-31", "month", 1, "2026-02-28", "2026-03-31"}, {"2024-02-29", "year", 1, "2026-01-01", "2026-02-28"},
		{"2025-06-01", "year", 1, "2025-06-01", "2026-06-01"}, {"2025-06-01", "quarter", 0, "2026-06-01", "2026-09-01"}, {"2026-05-01", "week", 2, "2026-05-20", "2026-05-29"},
		{"2026-05-01", "year", 3, "2026-05-20", "2029-05-01"}, {"1990-05-01", "day", 1, "2026-05-20", "2026-05-21"},
	} {
		if got := (Term{day(c.anchor), c.interval, c.count}).Next(day(c.now)); !got.Equal(day(c.want)) {
			t.Errorf("%+v renews on %s", c, got)
		}
	}
	if got := (Term{june, "fortnight", 1}).Next(june); !got.IsZero() {
		t.Errorf("an unknown interval renews on %s", got)
	}
}

func TestAMentionCallsSomebodyByNameOrAddress(t *testing.T) {
	for mention, want := range map[string]bool{"ana": true, "Ștefan": false, "ana.ștefan": true, "AnaStefan": true, "a.stefan": true, "anna": false, "stefan": false} {
		if got := Means(mention, "Ana Ștefan", "a.stefan@mail.example"); got != want {
			t.Errorf("@%s: %v", mention, got)
		}
	}
	if Means("x", "", "") {
		t.Error("nobody is called")
	}
}

func TestNotesMentionNamesAndNotAddresses(t *testing.T) {
	if got := strings.Join(Mentions("@ana, ask @bob.k. or @Ион: not x@mail.example, @ana again @@no"), " "); got != "ana bob.k Ион" {
		t.Errorf("mentions %q", got)
	}
}

func TestCursorsOfATimelineAreReadBack(t *testing.T) {
	p := Place{At: june.Add(123 * time.Microsecond), Seq: 42}
	if got, err := PlaceAt(p.String()); err != nil || got != p {
		t.Errorf("%v %v", got, err)
	}
	for _, bad := range []string{"x", "1", ".", "zzzzzzzzzzzzz.1", "1.zzzzzzzzzzzzzzz"} {
		if _, err := PlaceAt(bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestAnEditIsOneChange(t *testing.T) {
	for name, e := range map[string]Edit{
		"nobody": {Trait: "csm", Value: "x"}, "nothing": {Accounts: []string{"a"}}, "two": {Accounts: []string{"a"}, Tag: "x", Note: "y"}, "another trait": {Accounts: []string{"a"}, Trait: "plan", Value: "x"},
		"long": {Accounts: []string{"a"}, Tag: strings.Repeat("x", 61)}, "NUL": {Accounts: []string{"a"}, Note: "a\x00"}, "many": {Accounts: make([]string, MaxNamed+1), Tag: "x"},
	} {
		if err := e.Check(); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	e := Edit{Accounts: []string{"a"}, Tag: "  very   important "}
	if err := e.Check(); err != nil || e.Tag != "very important" {
		t.Errorf("%q %v", e.Tag, err)
	}
}

func TestABookTellsWhatHangsTogether(t *testing.T) {
	b := bookOf(&Standing{ID: "group", Name: "Group", Parent: "holding"}, &Standing{ID: "north", Name: "North", Parent: "group"}, &Standing{ID: "south", Parent: "group"}, &Standing{ID: "alone"})
	for _, c := range []struct{ id, above, below string }{
		{"group", "[{holding holding}]", "[{north North} {south south}]"},
		{"north", "[{group Group} {holding holding}]", "[]"},
		{"alone", "[]", "[]"},
		{"holding", "[]", "[{group Group}]"},
	} {
		above, below := b.Related(c.id)
		if fmt.Sprint(above) != c.above || fmt.Sprint(below) != c.below {
			t.Errorf("%s: above %v, below %v", c.id, above, below)
		}
	}
}
