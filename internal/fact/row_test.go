package fact

import (
	"strings"
	"testing"
	"time"
)

// row reads one JSON row of kind in Madrid, which is not UTC.
func row(t *testing.T, kind, json string) (*Fact, []Refusal) {
	t.Helper()
	k, ok := KindNamed(kind)
	if !ok {
		t.Fatalf("no kind %s", kind)
	}
	f, bad, err := NewBuilder(k, "test", madrid).FromJSON([]byte(json))
	if err != nil {
		t.Fatal(err)
	}
	return f, bad
}

func good(t *testing.T, kind, json string) *Fact {
	t.Helper()
	f, bad := row(t, kind, json)
	if len(bad) > 0 {
		t.Fatalf("%s refused: %v", json, bad)
	}
	return f
}

var madrid = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		panic(err)
	}
	return zone
}()

func TestEveryKindTakesItsColumnsAndKeepsTheRestAsProperties(t *testing.T) {
	want := strings.Fields(`accounts answers campaigns contacts contracts costs events fx interactions invitations invoices
		leads links loyalty memberships messages orders pages referrals relevances reviews scores social subscriptions tickets visits`)
	for _, name := range want {
		if _, ok := KindNamed(name); !ok {
			t.Errorf("kind %s is missing", name)
		}
	}
	if len(Kinds()) != len(want) {
		t.Errorf("%d kinds, want %d", len(Kinds()), len(want))
	}
	f := good(t, "events", `{"ts":"2026-03-01T10:00:00Z","name":"Export","colour":"red","properties":{"n":1,"colour":"blue"}}`)
	if got := string(f.Properties); got != `{"colour":"red","n":1}` {
		t.Errorf("properties %s", got)
	}
}

func TestBadRowsAreRefusedWithFieldAndReason(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, c := range []struct{ kind, row, field, reason string }{
		{"events", `{"name":"x"}`, "ts", "missing"},
		{"events", `{"ts":"2026-02-30","name":"x"}`, "ts", "not a time"},
		{"events", `{"ts":"yesterday","name":"x"}`, "ts", "not a time"},
		{"events", `{"ts":"1900-01-01","name":"x"}`, "ts", "outside 1980-2100"},
		{"events", `{"ts":"2300-01-01T00:00:00Z","name":"x"}`, "ts", "outside 1980-2100"},
		{"events", `{"ts":1e300,"name":"x"}`, "ts", "not a time between"},
		{"events", `{"ts":true,"name":"x"}`, "ts", "not a time"},
		{"events", `{"ts":"2026-01-01","name":""}`, "name", "missing"},
		{"events", `{"ts":"2026-01-01"}`, "name", "missing"},
		{"events", `{"ts":"2026-01-01","name":"x","id":"` + long + `"}`, "id", "300 bytes"},
		{"events", `{"ts":"2026-01-01","name":"x","user_id":"` + long + `"}`, "user_id", "300 bytes"},
		{"events", `{"ts":"2026-01-01","name":"x","account_id":"a\u0000b"}`, "account_id", "NUL"},
		{"events", `{"ts":"2026-01-01","name":"a\u0000b"}`, "name", "NUL"},
		{"events", `{"ts":"2026-01-01","name":"\ud800"}`, "name", "surrogate"},
		{"events", `{"ts":"2026-01-01","name":{"a":1}}`, "name", "must be a text"},
		{"events", `{"ts":"2026-01-01","name":"x","user_id":["u"]}`, "user_id", "string"},
		{"events", `{"ts":"2026-01-01","name":"x","properties":[1]}`, "properties", "not a JSON object"},
		{"events", `{"ts":"2026-01-01","name":"x","properties":{"a":"\u0000"}}`, "properties", "NUL"},
		{"events", `{"ts":"2026-01-01","name":"x","n":1e400}`, "n", "beyond"},
		{"events", `{"ts":"2026-01-01","name":"x","deep":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, "deep", "32 levels"},
		{"events", `{"ts":"2026-01-01","name":"x","long":"` + strings.Repeat("x", 65<<10) + `"}`, "properties", "64 KB"},
		{"events", `[1]`, "", "JSON object"},
		{"accounts", `{"ts":"2026-01-01"}`, "account_id", "missing"},
		{"accounts", `{"ts":"2026-01-01","account_id":"a","touch_model":"no touch"}`, "touch_model", "none of"},
		{"accounts", `{"ts":"2026-01-01","account_id":"a","health_override":101}`, "health_override", "outside 0 to 100"},
		{"accounts", `{"ts":"2026-01-01","account_id":"a","parent_account_id":"a"}`, "parent_account_id", "own parent"},
		{"contacts", `{"ts":"2026-01-01","account_id":"a"}`, "user_id", "missing"},
		{"contacts", `{"ts":"2026-01-01","user_id":"u","unsubscribed":"maybe"}`, "unsubscribed", "neither"},
		{"pages", `{"ts":"2026-01-01","scroll_depth":"NaN"}`, "scroll_depth", "finite"},
		{"pages", `{"ts":"2026-01-01","scroll_depth":"0x1p3"}`, "scroll_depth", "finite"},
		{"pages", `{"ts":"2026-01-01","scroll_depth":101}`, "scroll_depth", "outside"},
		{"pages", `{"ts":"2026-01-01","url":"http://[::1"}`, "url", "not an address"},
		{"answers", `{"ts":"2026-01-01","kind":"nps"}`, "score", "missing"},
		{"answers", `{"ts":"2026-01-01","kind":"nps","score":11}`, "score", "outside the scale"},
		{"answers", `{"ts":"2026-01-01","kind":"nps","score":7.5}`, "score", "whole"},
		{"answers", `{"ts":"2026-01-01","kind":"nps","score":3,"scale_max":5}`, "scale_max", "0 to 10"},
		{"answers", `{"ts":"2026-01-01","kind":"csat","score":1e999}`, "score", "beyond"},
		{"answers", `{"ts":"2026-01-01","kind":"text"}`, "text", "missing"},
		{"orders", `{"ts":"2026-01-01","amount":"20.00"}`, "currency", "missing"},
		{"orders", `{"ts":"2026-01-01","amount":"20.00","currency":"EURO"}`, "currency", "unknown"},
		{"orders", `{"ts":"2026-01-01","amount":"20.001","currency":"EUR"}`, "amount", "more decimals"},
		{"orders", `{"ts":"2026-01-01","amount":"1.5","currency":"JPY"}`, "amount", "more decimals"},
		{"orders", `{"ts":"2026-01-01","amount":1e3,"currency":"EUR"}`, "amount", "not an amount"},
		{"orders", `{"ts":"2026-01-01","amount":"99999999999999","currency":"EUR"}`, "amount", "too large"},
		{"orders", `{"ts":"2026-01-01","amount":"1,50","currency":"EUR"}`, "amount", "not an amount"},
		{"orders", `{"ts":"2026-01-01","amount":5,"currency":"EUR","quantity":1.5}`, "quantity", "whole"},
		{"contracts", `{"ts":"2026-01-01","account_id":"a","contract_id":"c","start":"2026-01-01","end":"2026-01-01","value":1,"currency":"EUR","status":"open"}`, "end", "not after"},
		{"contracts", `{"ts":"2026-01-01","account_id":"a","contract_id":"c","start":"2026-01-01","end":"2027-01-01","value":1,"currency":"EUR","status":"open","payment_terms":"40+0,50+30"}`, "payment_terms", "90 %"},
		{"subscriptions", `{"ts":"2026-01-01","account_id":"a","subscription_id":"s","status":"active"}`, "amount", "missing"},
		{"subscriptions", `{"ts":"2026-01-01","account_id":"a","subscription_id":"s","status":"active","amount":1,"currency":"EUR","discount":"100.5"}`, "discount", "outside"},
		{"subscriptions", `{"ts":"2026-01-01","account_id":"a","subscription_id":"s","status":"active","amount":9999999999999,"currency":"EUR","quantity":1000000000}`, "amount", "too large"},
		{"tickets", `{"ts":"2026-01-01","ticket_id":"t","status":"solved","opened_at":"2026-01-02","solved_at":"2026-01-01"}`, "solved_at", "before opened_at"},
		{"reviews", `{"ts":"2026-01-01","rating":6}`, "rating", "above scale_max"},
		{"links", `{"ts":"2026-01-01","action":"identify","anonymous_id":"v"}`, "user_id", "missing"},
		{"links", `{"ts":"2026-01-01","action":"alias","anonymous_id":"v","user_id":"u"}`, "previous_id", "missing"},
		{"loyalty", `{"ts":"2026-01-01","kind":"issue","points":-1}`, "points", "outside"},
		{"fx", `{"ts":"2026-01-01","currency":"EUR","rate":"0"}`, "rate", "outside"},
		{"fx", `{"ts":"2026-01-01","currency":"EUR","rate":"1e2"}`, "rate", "decimal"},
	} {
		f, bad := row(t, c.kind, c.row)
		if f != nil || len(bad) == 0 || bad[0].Field != c.field || !strings.Contains(bad[0].Reason, c.reason) {
			t.Errorf("%s %.120s: %v; want %s: … %s …", c.kind, c.row, bad, c.field, c.reason)
		}
	}
}

func TestARefusedRowLeavesNothingForTheNext(t *testing.T) {
	b := NewBuilder(Events, "test", time.UTC)
	b.FromJSON([]byte(`{"id":"1","ts":"never","name":"x","user_id":"u","colour":"red","properties":{"a":1}}`))
	f, bad, err := b.FromJSON([]byte(`{"ts":"2026-01-01","name":"y"}`))
	if err != nil || bad != nil || f.User != "" || f.Properties != nil {
		t.Errorf("%+v %v %v", f, bad, err)
	}
}

func TestTimesAreReadInAllTheirForms(t *testing.T) {
	for text, want := range map[string]string{
		`"2026-03-01T09:30:00Z"`:             "2026-03-01T09:30:00Z",
		`"2026-03-01T09:30:00.123456789+02"`: "", // an offset has minutes
		`"2026-03-01T09:30:00.123456+02:00"`: "2026-03-01T07:30:00.123456Z",
		`"2026-03-01 09:30:00z"`:             "2026-03-01T09:30:00Z",
		`"2026-03-01"`:                       "2026-02-28T23:00:00Z",
		`"2026-07-01"`:                       "2026-06-30T22:00:00Z",
		`"2026-03-01 09:30:00"`:              "2026-03-01T08:30:00Z",
		`1772357400`:                         "2026-03-01T09:30:00Z",
		`"1772357400"`:                       "2026-03-01T09:30:00Z",
		`1772357400123`:                      "2026-03-01T09:30:00.123Z",
		`1772357400.5`:                       "2026-03-01T09:30:00.5Z",
	} {
		f, bad := row(t, "events", `{"name":"x","ts":`+text+`}`)
		switch {
		case want == "":
			if f != nil {
				t.Errorf("%s was read as %s", text, f.Time())
			}
		case len(bad) > 0 || f.Time().Format(time.RFC3339Nano) != want:
			t.Errorf("%s: %v, want %s", text, bad, want)
		}
	}
}

func TestMoneyIsExact(t *testing.T) {
	for _, c := range []struct {
		text, code string
		want       int64
	}{
		{"20.00", "EUR", 2000}, {"0.07", "USD", 7}, {"-12.5", "EUR", -1250}, {"1.10", "EUR", 110}, {"4503599627370.49", "EUR", 450359962737049},
		{"100", "JPY", 100}, {"1.5", "KWD", 1500}, {"12.50", "RSD", 1250}, {"12.50", "COP", 1250}, {"100.00", "JPY", 100}, {"-0.01", "VES", -1},
	} {
		if got, err := ParseMoney(c.text, c.code); err != nil || got != c.want {
			t.Errorf("%s %s = %d, %v; want %d", c.text, c.code, got, err, c.want)
		}
	}
	for _, text := range []string{"", "-", ".5", "5.", "1e3", "NaN", "+5", "--5", "1 000", "٣"} {
		if got, err := ParseMoney(text, "EUR"); err == nil {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

func TestIdsComeFromTheSenderOrTheContent(t *testing.T) {
	one := good(t, "events", `{"id":"1","ts":"2026-01-01","name":"x"}`)
	if again := good(t, "events", `{"id":"1","ts":"2026-01-02","name":"y"}`); again.ID != one.ID {
		t.Error("the same id named two facts")
	}
	if other := IDFor(Events, "elsewhere", "1"); other == one.ID {
		t.Error("ids of two sources met")
	}
	if other := IDFor(Pages, "test", "1"); other == one.ID {
		t.Error("ids of two kinds met")
	}
	a := good(t, "events", `{"ts":"2026-01-01","name":"x","a":1,"b":2}`)
	b := good(t, "events", `{"properties":{"b":2,"a":1},"name":"x","ts":"2025-12-31T23:00:00Z"}`)
	if a.ID != b.ID {
		t.Error("the same content had two ids")
	}
	if c := good(t, "events", `{"ts":"2026-01-01","name":"x","a":1,"b":3}`); c.ID == a.ID {
		t.Error("other content had the same id")
	}
	exported := good(t, "events", `{"id":"kw:`+a.ID.String()+`","ts":"2026-01-01","name":"renamed"}`)
	if exported.ID != a.ID {
		t.Error("an exported id named another fact")
	}
	if odd := good(t, "events", `{"id":"kw:123","ts":"2026-01-01","name":"x"}`); odd.ID != IDFor(Events, "test", "kw:123") {
		t.Error("an id that only looks exported was not the sender's")
	}
}

func TestNullErasesAndAbsentKeeps(t *testing.T) {
	f := good(t, "accounts", `{"ts":"2026-01-01","account_id":"a","plan":null,"name":""}`)
	if f.Get("plan").State != Null || f.Get("name").State != Present || f.Get("csm").State != Absent {
		t.Errorf("%+v", f.Values)
	}
	if f.Given() != Accounts.Bit("plan")|Accounts.Bit("name") {
		t.Errorf("given %b", f.Given())
	}
}

func TestChecksFillWhatIsUsual(t *testing.T) {
	if f := good(t, "answers", `{"ts":"2026-01-01","kind":"CES","score":6}`); f.Get("scale_max").Num != 7 || f.Text("orientation") != "ease" {
		t.Errorf("%+v", f.Values)
	}
	if f := good(t, "pages", `{"ts":"2026-01-01","url":"https://x.test?q=1"}`); f.Text("path") != "/" {
		t.Errorf("path %q", f.Text("path"))
	}
	if f := good(t, "memberships", `{"ts":"2026-01-01","user_id":"u","account_id":"a"}`); f.Text("status") != "joined" {
		t.Errorf("status %q", f.Text("status"))
	}
	if f := good(t, "reviews", `{"ts":"2026-01-01","rating":4}`); f.Get("scale_max").Num != 5 {
		t.Errorf("%+v", f.Values)
	}
}
