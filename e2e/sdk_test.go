package e2e

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	segment "gopkg.in/segmentio/analytics-go.v3"
)

func TestTheStockNodeSDKDelivers(t *testing.T) {
	if out, err := npm("segment-node"); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	data := t.TempDir()
	ingest, admin := key(t, data, "ingest"), key(t, data, "admin")
	s := serve(t, data)
	sender := exec.Command("node", "send.mjs", s.url, ingest)
	sender.Dir = "segment-node"
	if out, err := sender.CombinedOutput(); err != nil {
		t.Fatalf("node: %v\n%s\n%s", err, out, s.said)
	}
	delivered(t, s, ingest, admin)
}

// npm installs what the lock file in a folder names.
func npm(folder string) ([]byte, error) {
	command := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	command.Dir = folder
	return command.CombinedOutput()
}

func TestTheStockGoSDKDelivers(t *testing.T) {
	data := t.TempDir()
	ingest, admin := key(t, data, "ingest"), key(t, data, "admin")
	s := serve(t, data)
	answered := &callbacks{}
	c, err := segment.NewWithConfig(ingest, segment.Config{Endpoint: s.url, Callback: answered, BatchSize: 5})
	if err != nil {
		t.Fatal(err)
	}
	messages := []segment.Message{
		segment.Page{AnonymousId: "visitor", Name: "Pricing", Properties: segment.NewProperties().SetURL("https://shop.example/pricing")},
		segment.Identify{AnonymousId: "visitor", UserId: "ana", Traits: segment.NewTraits().SetEmail("ana@shop.example").SetName("Ana")},
		segment.Group{UserId: "ana", GroupId: "shop", Traits: segment.NewTraits().SetName("Shop").Set("plan", "pro")},
		segment.Alias{PreviousId: "ana-old", UserId: "ana"},
	}
	for i := range 10 {
		messages = append(messages, segment.Track{UserId: "ana", Event: "Report Run", Properties: segment.NewProperties().Set("n", i)})
	}
	for _, m := range messages {
		if err := c.Enqueue(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if answered.failed != "" || answered.ok != len(messages) {
		t.Fatalf("%d of %d messages were taken; %s", answered.ok, len(messages), answered.failed)
	}
	delivered(t, s, ingest, admin)
}

// callbacks counts what the SDK reports; it calls from one goroutine at a time and is done when Close returns.
type callbacks struct {
	ok     int
	failed string
}

func (c *callbacks) Success(segment.Message) { c.ok++ }

func (c *callbacks) Failure(_ segment.Message, err error) { c.failed += err.Error() + "\n" }

// delivered checks what both SDKs sent: a visitor looks at a page, is identified as ana, belongs to shop, was ana-old
// before, and ran ten reports.
func delivered(t *testing.T, s *server, ingest, admin string) {
	t.Helper()
	s.loaded(ingest)
	for metric, want := range map[string]float64{"page_views": 1, "unique_visitors": 1} {
		if got := s.value(admin, metric); got != want {
			t.Errorf("%s is %v, want %v", metric, got, want)
		}
	}
	var reports []string
	for _, e := range exported(t, "events", "--data", s.data) {
		if e["name"] == "Report Run" {
			reports = append(reports, fmt.Sprint(e["account_id"], "/", e["user_id"]))
		}
	}
	if len(reports) != 10 {
		t.Errorf("%d events Report Run were exported, want 10: %s", len(reports), strings.Join(reports, " "))
	}
	if got := s.value(admin, "feature_usage", "segment=plan%3Dpro"); got != 100 {
		t.Errorf("of the people active in accounts on plan pro %v %% used a feature, want 100: events did not find their account", got)
	}
	contacts, accounts := exported(t, "contacts", "--data", s.data), exported(t, "accounts", "--data", s.data)
	if len(contacts) != 1 || contacts[0]["email"] != "ana@shop.example" {
		t.Errorf("contacts: %v", contacts)
	}
	if len(accounts) != 1 || accounts[0]["name"] != "Shop" || accounts[0]["plan"] != "pro" {
		t.Errorf("accounts: %v", accounts)
	}
	if links := exported(t, "links", "--data", s.data); len(links) != 2 {
		t.Errorf("an identify and an alias make 2 links, got %v", links)
	}
}
