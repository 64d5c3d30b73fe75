package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
	"github.com/keepwell/keepwell/internal/team"
)

func TestWhatTheTeamChangesIsAFactAndIsUndone(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	ctx := context.Background()
	a.call(t, "POST", "/api/v1/facts/accounts?wait=loaded", `[{"account_id":"acme","name":"Acme","csm":"Ana","ts":"2026-01-01"},{"account_id":"brix","ts":"2026-01-01"}]`, "")
	c := customers{a, a.store}
	if err := a.books.renew(ctx); err != nil {
		t.Fatal(err)
	}
	csm := func() (of [2]string) {
		t.Helper()
		book, err := c.Book(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range []string{"acme", "brix"} {
			of[i] = book.Get(id).CSM
		}
		return of
	}
	undo, n, err := c.Apply(ctx, account.Edit{Accounts: []string{"acme", "brix", "brix", "none"}, Trait: "csm", Value: "Bob"}, "ana")
	if err != nil || n != 2 || csm() != [2]string{"Bob", "Bob"} {
		t.Fatalf("%d changed to %v, %v", n, csm(), err)
	}
	if _, n, err := c.Apply(ctx, account.Edit{Accounts: []string{"acme"}, Trait: "csm", Value: "Bob"}, "ana"); err != nil || n != 0 {
		t.Errorf("the same again changes %d, %v", n, err)
	}
	if err := c.Undo(ctx, undo, "bob"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("somebody else undid it: %v", err)
	}
	if err := c.Undo(ctx, undo, "ana"); err != nil || csm() != [2]string{"Ana", ""} {
		t.Errorf("undone it is %v, %v", csm(), err)
	}
	if kept := a.count(t, fact.Accounts.Name); kept != 6 {
		t.Errorf("%d facts of accounts; all of the history should be there", kept)
	}
	for name, e := range map[string]account.Edit{"tag": {Accounts: []string{"acme"}, Tag: "vip"}, "note": {Accounts: []string{"acme"}, Note: "Call @bob"}} {
		undo, n, err := c.Apply(ctx, e, "ana")
		if err != nil || n != 1 {
			t.Fatalf("%s: %d %v", name, n, err)
		}
		wrote := func() int {
			tags, err1 := c.Tags(ctx)
			notes, err2 := c.Notes(ctx, "acme")
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			return len(tags["acme"]) + len(notes)
		}
		if wrote() != 1 {
			t.Errorf("%s: %d", name, wrote())
		}
		if name == "note" {
			if line, err := c.Timeline(ctx, account.TimelineAsk{Account: "acme", Limit: 1}); err != nil || len(line.Entries) != 1 || line.Entries[0].Note == nil || line.Next.At.IsZero() {
				t.Errorf("the newest of the timeline is %+v, %v", line, err)
			}
		}
		if err := c.Undo(ctx, undo, "ana"); err != nil || wrote() != 0 {
			t.Errorf("%s: undone %d are left, %v", name, wrote(), err)
		}
	}
}

func TestFilesAndNotesAreUndone(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	ctx := context.Background()
	a.call(t, "POST", "/api/v1/facts/accounts?wait=loaded", `[{"account_id":"acme","name":"Acme","ts":"2026-01-01"}]`, "")
	if err := a.books.renew(ctx); err != nil {
		t.Fatal(err)
	}
	c := customers{a, a.store}
	undone := func(undo string, err error) {
		t.Helper()
		if err == nil {
			err = c.Undo(ctx, undo, "ana")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	there := func() (files int, text string) {
		t.Helper()
		all, err := c.AccountFiles(ctx, "acme")
		notes, err2 := c.AccountNotes(ctx, "acme")
		if err != nil || err2 != nil || len(notes) != 1 {
			t.Fatal(err, err2, notes)
		}
		return len(all), notes[0].Text
	}
	if _, n, err := c.Apply(ctx, account.Edit{Accounts: []string{"acme"}, Note: "first"}, "ana"); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	notes, _ := c.AccountNotes(ctx, "acme")
	if undo, err := c.ChangeNote(ctx, notes[0].ID, " first ", "ana"); undo != "" || err != nil {
		t.Errorf("the same text is a change: %q %v", undo, err)
	}
	undo, err := c.ChangeNote(ctx, notes[0].ID, "second", "ana")
	if _, text := there(); text != "second" {
		t.Errorf("it says %q", text)
	}
	undone(undo, err)
	if _, text := there(); text != "first" {
		t.Errorf("undone it says %q", text)
	}
	f, undo, err := c.KeepFile(ctx, "acme", "offer.pdf", []byte("%PDF"), "ana")
	if n, _ := there(); n != 1 {
		t.Errorf("%d files", n)
	}
	undone(undo, err)
	if n, _ := there(); n != 0 {
		t.Errorf("%d files when undone", n)
	}
	if f, _, err = c.KeepFile(ctx, "acme", "offer.pdf", []byte("%PDF"), "ana"); err != nil {
		t.Fatal(err)
	}
	undone(c.RemoveFile(ctx, "acme", f.ID, "ana"))
	if _, content, err := c.OpenFile(ctx, "acme", f.ID); err != nil || string(content) != "%PDF" {
		t.Errorf("it comes back as %q, %v", content, err)
	}
	if _, _, err := c.KeepFile(ctx, "nobody", "offer.pdf", []byte("x"), "ana"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("with an account that is not there: %v", err)
	}
}

func TestAnOwnBookHoldsEveryQuestionAboutAccounts(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	a.call(t, "POST", "/api/v1/facts/accounts?wait=loaded", `[{"account_id":"acme","csm":"Ana","ts":"2026-01-01"},{"account_id":"brix","csm":"Bob","parent_account_id":"acme","ts":"2026-01-01"}]`, "")
	a.call(t, "POST", "/api/v1/facts/memberships?wait=loaded", `[{"account_id":"acme","user_id":"mine","ts":"2026-01-01"},{"account_id":"brix","user_id":"theirs","ts":"2026-01-01"}]`, "")
	a.call(t, "POST", "/api/v1/facts/answers?wait=loaded", `[{"account_id":"acme","survey":"Hers","kind":"nps","score":9,"ts":"2026-01-02"},{"account_id":"brix","survey":"Theirs","kind":"nps","score":9,"ts":"2026-01-02"},
		{"survey":"Nobodys","kind":"nps","score":9,"ts":"2026-01-02"}]`, "")
	if err := a.books.renew(context.Background()); err != nil {
		t.Fatal(err)
	}
	c := visits{customers{a, a.store}}
	ctx := team.WithPrincipal(context.Background(), team.User{Name: "Ana", Email: "ana@example.com", Role: team.RoleCSM, OwnBook: true}.Principal())
	if p, err := c.Profile(context.Background(), "brix"); err != nil || len(p.Parents) != 1 { // remembered, but not for her
		t.Fatalf("everybody's: %v, parents %v", err, p.Parents)
	}
	book, err := c.Book(ctx)
	if err != nil || len(book.All) != 1 || book.Get("acme") == nil {
		t.Fatalf("the book has %d accounts, %v", len(book.All), err)
	}
	p, err := c.Profile(ctx, "acme")
	if err != nil || len(p.Children) != 0 {
		t.Errorf("her own: %v, children %v", err, p.Children)
	}
	people, err := c.Contacts(ctx, account.ContactAsk{Limit: 9})
	if err != nil || len(people) != 1 || people[0].User != "mine" {
		t.Errorf("people %v, %v", people, err)
	}
	if choices, err := c.FeedbackChoices(ctx); err != nil || !slices.Equal(choices.Surveys, []string{"Hers"}) {
		t.Errorf("she filters feedback by %+v, %v", choices, err)
	}
	if _, n, err := c.Apply(ctx, account.Edit{Accounts: []string{"acme", "brix"}, Tag: "vip"}, "ana"); err != nil || n != 1 {
		t.Errorf("%d changed, %v", n, err)
	}
	notes, err := a.store.NotesAdd(ctx, []string{"brix"}, account.Note{Text: "secret", Author: "bob", Created: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	f, _, err := c.KeepFile(context.Background(), "brix", "offer.pdf", []byte("%PDF"), "bob")
	if err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]func() error{
		"notes":           func() error { _, err := c.AccountNotes(ctx, "brix"); return err },
		"changing notes":  func() error { _, err := c.ChangeNote(ctx, notes[0], "mine", "ana"); return err },
		"files":           func() error { _, err := c.AccountFiles(ctx, "brix"); return err },
		"keeping a file":  func() error { _, _, err := c.KeepFile(ctx, "brix", "a.pdf", []byte("x"), "ana"); return err },
		"opening a file":  func() error { _, _, err := c.OpenFile(ctx, "brix", f.ID); return err },
		"by another's id": func() error { _, _, err := c.OpenFile(ctx, "acme", f.ID); return err },
		"removing a file": func() error { _, err := c.RemoveFile(ctx, "brix", f.ID, "ana"); return err },
		"profile":         func() error { _, err := c.Profile(ctx, "brix"); return err },
		"timeline":        func() error { _, err := c.Timeline(ctx, account.TimelineAsk{Account: "brix", Limit: 5}); return err },
		"people":          func() error { _, err := c.Contacts(ctx, account.ContactAsk{Account: "brix", Limit: 5}); return err },
		"person":          func() error { _, err := c.Contact(ctx, "theirs"); return err },
		"taking tags off": func() error { _, err := c.Untag(ctx, []string{"brix"}, "vip", "ana"); return err },
		"removing notes":  func() error { _, err := c.RemoveNote(ctx, notes[0], "ana"); return err },
	} {
		if err := ask(); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s of another's account: %v", name, err)
		}
	}
}

func TestTheBookIsRenewedBehindItsReaders(t *testing.T) {
	var mu sync.Mutex
	now, end, reads := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), log.Position(1), 0
	b := newBooks()
	b.now = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	b.loaded = func() log.Position { mu.Lock(); defer mu.Unlock(); return end }
	b.report = func(err error) { t.Error(err) }
	b.read = func(context.Context, []string) ([]*account.Standing, string, error) {
		mu.Lock()
		defer mu.Unlock()
		reads++
		return make([]*account.Standing, 0), "EUR", nil
	}
	ctx, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { b.Run(ctx) })
	defer done.Wait()
	defer stop()
	step := func(by time.Duration, more log.Position, want int) {
		t.Helper()
		mu.Lock()
		now, end = now.Add(by), end+more
		mu.Unlock()
		if _, err := b.Book(ctx); err != nil {
			t.Fatal(err)
		}
		for range 500 {
			mu.Lock()
			got := reads
			mu.Unlock()
			if got == want {
				return
			}
			time.Sleep(2 * time.Millisecond)
		}
		t.Fatalf("read another number of times than %d", want)
	}
	step(0, 0, 1)
	step(time.Minute, 0, 1)   // nothing new
	step(time.Second, 1, 2)   // new facts after a while
	step(time.Second, 1, 2)   // too soon
	step(2*time.Second, 0, 3) // not any more
	step(bookLife, 0, 4)      // time has passed
}

func TestWhatOneReaderOfAProfileMayNotSeeOthersStillDo(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	a.call(t, "POST", "/api/v1/facts/contacts?wait=loaded", `{"user_id":"mia","name":"Mia Ek","ts":"2026-01-01"}`, "")
	a.call(t, "POST", "/api/v1/facts/memberships?wait=loaded", `{"account_id":"acme","user_id":"mia","ts":"2026-01-01"}`, "")
	a.call(t, "POST", "/api/v1/facts/answers?wait=loaded", `{"account_id":"acme","user_id":"mia","survey":"NPS","kind":"nps","score":9,"text":"call me","ts":"2026-01-02"}`, "")
	v := visits{customers{a, a.store}}
	masked, err := v.Profile(context.Background(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	masked.Mask()
	open, err := v.Profile(context.Background(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	if open.People[0].Name != "Mia Ek" || open.Names["mia"] != "Mia Ek" || open.Answers[0].Text("text") != "call me" {
		t.Errorf("she is %q, %q and says %q", open.People[0].Name, open.Names["mia"], open.Answers[0].Text("text"))
	}
	a.call(t, "POST", "/api/v1/facts/contacts?wait=loaded", `{"user_id":"mia","name":"Mia Lund","ts":"2026-02-01"}`, "")
	if now, err := v.Profile(context.Background(), "acme"); err != nil || now.People[0].Name != "Mia Lund" {
		t.Errorf("once a new name is loaded she is %+v, %v", now.People, err)
	}
}
