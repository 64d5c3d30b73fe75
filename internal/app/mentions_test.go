package app

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/notify"
	"github.com/keepwell/keepwell/internal/team"
)

func TestWhoIsMentionedIsToldOfItWhereTheyMaySeeTheAccount(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	ctx, stop := context.WithCancel(context.Background())
	a.call(t, "POST", "/api/v1/facts/accounts?wait=loaded", `[{"account_id":"acme","name":"Acme","csm":"Dan Reyes","ts":"2026-01-01"}]`, "")
	if err := a.books.renew(ctx); err != nil {
		t.Fatal(err)
	}
	var to []string
	mails := make(chan notify.Message, 10)
	a.outbox = notify.NewOutbox(func(_ context.Context, m notify.Message) error { mails <- m; return nil }, slog.New(slog.DiscardHandler))
	done := make(chan struct{})
	go func() { defer close(done); a.outbox.Run(ctx) }()
	users := map[string]team.User{}
	for i, u := range []team.User{{Name: "Ana Popa", Email: "ana@x.example", Role: team.RoleManager, Language: "ro"}, {Name: "Dan Reyes", Email: "dan@x.example", Role: team.RoleCSM, OwnBook: true},
		{Name: "Eve Ross", Email: "eve@x.example", Role: team.RoleCSM, OwnBook: true}} {
		u.ID, u.Created = strings.Repeat(string(rune('1'+i)), 16), a.now()
		if err := a.store.UserAdd(ctx, u); err != nil {
			t.Fatal(err)
		}
		users[u.Name] = u
	}
	c := customers{a, a.store}
	by := team.WithPrincipal(ctx, team.Principal{Name: "Olga"})
	if _, _, err := c.Apply(by, account.Edit{Accounts: []string{"acme"}, Note: "@ana and @dan.reyes, not @eve or @nobody: mail a@b.example"}, "olga"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case m := <-mails:
			to = append(to, m.To+" "+m.Subject)
			if !strings.Contains(m.Text, "@dan.reyes") || !strings.Contains(m.Text, "/accounts/acme") {
				t.Errorf("the mail says %s", m.Text)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("only %v were told", to)
		}
	}
	slices.Sort(to)
	if want := []string{"ana@x.example Olga v-a menționat la Acme", "dan@x.example Olga mentioned you at Acme"}; !slices.Equal(to, want) {
		t.Errorf("told: %q", to)
	}
	for name, want := range map[string]int{"Ana Popa": 1, "Dan Reyes": 1, "Eve Ross": 0} {
		u := users[name]
		seen := team.WithPrincipal(ctx, u.Principal())
		if notes, err := c.Mentions(seen, u); err != nil || len(notes) != want {
			t.Errorf("%s sees %d mentions, %v", name, len(notes), err)
		} else if want > 0 {
			if err := c.SeeMention(seen, u, notes[0].ID, true); err != nil {
				t.Fatal(err)
			}
			if notes, err = c.Mentions(seen, u); err != nil || notes[0].Seen.IsZero() {
				t.Errorf("%s marked it, and %+v, %v", name, notes, err)
			}
		} else if err := c.SeeMention(seen, u, "n1", true); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s marks what calls somebody else: %v", name, err)
		}
	}
	dan := users["Dan Reyes"]
	notes, err := c.Mentions(by, dan)
	if err != nil || len(notes) != 1 {
		t.Fatalf("Dan is called by %d notes, %v", len(notes), err)
	}
	for by, want := range map[*team.Principal]fault.Kind{
		{Kind: team.ByUser, ID: users["Ana Popa"].ID, Role: team.RoleAdmin}: fault.Forbidden,
		{Kind: team.ByUser, ID: users["Eve Ross"].ID, Role: team.RoleCSM}:   fault.Forbidden,
		{Kind: team.ByKey, ID: "k", Scope: team.Read}:                       fault.Forbidden,
		{Kind: team.ByKey, ID: "k", Scope: team.Work}:                       fault.Forbidden,
	} {
		if err := c.SeeMention(team.WithPrincipal(ctx, *by), dan, notes[0].ID, false); err == nil || fault.KindOf(err) != want {
			t.Errorf("%+v takes the mark off what calls Dan: %v", *by, err)
		}
	}
	if notes, err = c.Mentions(by, dan); err != nil || notes[0].Seen.IsZero() {
		t.Errorf("Dan's mark was taken off by others: %+v, %v", notes, err)
	}
	if err := c.SeeMention(team.WithPrincipal(ctx, team.Principal{Kind: team.ByKey, ID: "k", Scope: team.Admin}), dan, notes[0].ID, false); err != nil {
		t.Errorf("a key for everything: %v", err)
	}
	stop()
	<-done
	if len(mails) != 0 {
		t.Errorf("somebody else was told: %v", <-mails)
	}
}
