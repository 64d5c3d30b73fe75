package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

func (h *house) Book(context.Context) (*account.Book, error) {
	score := 9
	all := []*account.Standing{
		{ID: "acme", Name: "Acme", Plan: "team", MRR: account.Money{Minor: 123450, Currency: "EUR"}, Since: now.AddDate(-1, 0, 0), NPS: &score, NPSAt: now, Tickets: 2},
		{ID: "b/c", Name: "Brix", Plan: "starter"}, {ID: "cord", Name: "Cord", Plan: "team"},
	}
	for _, s := range all {
		s.Fold()
	}
	return account.NewBook(now, "EUR", all), nil
}
func (h *house) Chooser(_ context.Context, text string) (func(*account.Standing) bool, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	trait, value, ok := strings.Cut(text, " = ")
	if _, known := fact.Accounts.Column(trait); !ok || !known {
		return nil, fault.New(fault.Invalid, "the segment can't be used").Field("segment", "%q is no trait of accounts", trait)
	}
	return func(s *account.Standing) bool { return s.Trait(trait).Text == value }, nil
}
func (h *house) Tags(context.Context) (map[string][]string, error) {
	return map[string][]string{"cord": {"vip"}}, nil
}
func (h *house) Profile(ctx context.Context, id string) (*account.Profile, error) {
	book, _ := h.Book(ctx)
	s := book.Get(id)
	if s == nil {
		return nil, fault.New(fault.NotFound, "nothing is known of this account")
	}
	ticket := &fact.Fact{Kind: fact.Tickets, ID: fact.ID{2}, At: now.UnixMicro(), Account: id, User: "ana"}
	ticket.Set("ticket_id", fact.TextValue("t1"))
	return &account.Profile{Standing: s, Own: []account.OwnTrait{{Name: "seats", Value: "5"}}, Tickets: []*fact.Fact{ticket}, Weeks: []int64{1}}, nil
}
func (h *house) Timeline(_ context.Context, ask account.TimelineAsk) (account.Timeline, error) {
	h.who = []any{ask.Account, ask.User, ask.Text, ask.Open, ask.Limit, strings.Join(ask.Kinds, "+"), ask.Before.Seq}
	return account.Timeline{Entries: []account.Entry{{Place: account.Place{At: now}, Kind: account.UseEntry, Use: &account.Use{Times: 7, Things: []account.Thing{{Name: "look", Times: 7}}}},
		{Place: account.Place{At: now}, Kind: account.NoteEntry, Note: &account.Note{ID: "n", Author: "ana", Text: "hello"}}}, Next: account.Place{At: now, Seq: 5}}, nil
}
func (h *house) Contacts(_ context.Context, ask account.ContactAsk) ([]account.Contact, error) {
	h.who = []any{ask.Account, ask.Text, ask.After, ask.Open, ask.Limit}
	all := []account.Contact{{User: "ana", Name: "Ana"}, {User: "bob"}, {User: "cid"}}
	return all[:min(ask.Limit, 3)], nil
}
func (h *house) Contact(_ context.Context, user string) (*account.ContactProfile, error) {
	if user != "ana" {
		return nil, fault.New(fault.NotFound, "nothing is known of this person")
	}
	return &account.ContactProfile{Contact: account.Contact{User: user, Name: "Ana"}, Accounts: []account.StayOver{{Related: account.Related{ID: "acme"}, Since: now}}, Weeks: []int64{2}}, nil
}

func TestAccountsAreFilteredSortedAndPaged(t *testing.T) {
	h := newHouse(t)
	ids := func(query string) (ids []string, page AccountPage) {
		t.Helper()
		w := h.call("GET", "/api/v1/accounts"+query, "kw_read", "")
		wantStatus(t, w, http.StatusOK)
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Accounts {
			ids = append(ids, a.ID)
		}
		return ids, page
	}
	for query, want := range map[string]string{
		"": "acme b/c cord", "?sort=-name": "cord b/c acme", "?segment=plan+%3D+team": "acme cord", "?q=BRI": "b/c", "?tag=vip": "cord", "?sort=-mrr&limit=1": "acme", "?limit=1&cursor=acme": "b/c", "?cursor=cord": "",
	} {
		if got, _ := ids(query); strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
	if _, page := ids("?limit=1&cursor=acme"); page.Next != "b/c" || page.Total != 3 {
		t.Errorf("next %q of %d", page.Next, page.Total)
	}
	w := h.call("GET", "/api/v1/accounts?columns=mrr,nps&limit=1", "kw_read", "")
	if want := `"accounts":[{"account_id":"acme","mrr":{"amount":1234.5,"currency":"EUR"},"nps":9,"nps_at":"2026-03-01T12:00:00Z"}]`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("got %s, want %s", w.Body, want)
	}
	for query, field := range map[string]string{"?sort=colour": "sort", "?columns=colour": "columns", "?segment=colour+%3D+red": "segment", "?cursor=none": "cursor"} {
		w := h.call("GET", "/api/v1/accounts"+query, "kw_read", "")
		wantStatus(t, w, http.StatusBadRequest)
		if p := problemIn(t, w); len(p.Errors) != 1 || p.Errors[0].Name != field {
			t.Errorf("%s: %s", query, w.Body)
		}
	}
}

func TestAnAccountIsShownWhole(t *testing.T) {
	h := newHouse(t)
	w := h.call("GET", "/api/v1/accounts/acme", "kw_read", "")
	wantStatus(t, w, http.StatusOK)
	for _, part := range []string{`"account_id":"acme"`, `"traits":{"seats":"5"}`, `"tickets":[{"account_id":"acme","id":"kw:02000000000000000000000000000000","ticket_id":"t1","ts":"2026-03-01T12:00:00Z","user_id":"ana"}]`,
		`"subscriptions":[]`, `"note":{"id":"n","author":"ana","text":"hello"}`, `"use":{"times":7,"things":[{"name":"look","times":7}]}`} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("no %s in %s", part, w.Body)
		}
	}
	wantStatus(t, h.call("GET", "/api/v1/accounts/none", "kw_read", ""), http.StatusNotFound)
}

func TestATimelineIsNarrowedDownAndPaged(t *testing.T) {
	h := newHouse(t)
	w := h.call("GET", "/api/v1/accounts/b%2Fc/timeline?kind=tickets,use&q=late&user_id=ana&limit=2&cursor="+account.Place{At: now, Seq: 5}.String(), "kw_read", "")
	wantStatus(t, w, http.StatusOK)
	if !slices.Equal(h.who, []any{"b/c", "ana", "late", true, 2, "tickets+use", int64(5)}) {
		t.Errorf("asked %v", h.who)
	}
	if !strings.Contains(w.Body.String(), `"next":"`+account.Place{At: now, Seq: 5}.String()+`"`) {
		t.Errorf("%s", w.Body)
	}
	wantStatus(t, h.call("GET", "/api/v1/accounts/acme/timeline?cursor=x", "kw_read", ""), http.StatusBadRequest)
}

func TestPeopleComeInPages(t *testing.T) {
	h := newHouse(t)
	var page ContactPage
	w := h.call("GET", "/api/v1/contacts?q=a&account=acme&cursor=aa&limit=2", "kw_read", "")
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || len(page.Contacts) != 2 || page.Next != "bob" {
		t.Errorf("%s", w.Body)
	}
	if !slices.Equal(h.who, []any{"acme", "a", "aa", true, 3}) {
		t.Errorf("asked %v", h.who)
	}
	w = h.call("GET", "/api/v1/contacts/ana", "kw_read", "")
	if !strings.Contains(w.Body.String(), `"accounts":[{"account_id":"acme","since":"2026-03-01T12:00:00Z"}]`) {
		t.Errorf("%s", w.Body)
	}
	wantStatus(t, h.call("GET", "/api/v1/contacts/none", "kw_read", ""), http.StatusNotFound)
}
