package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

func hire(t *testing.T, s *Store, email string, role team.Role, alter ...func(*team.User)) team.User {
	t.Helper()
	u, err := team.NewUser(email, "Ana", role, rand.Reader, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, do := range alter {
		do(&u)
	}
	if err := s.UserAdd(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	return u
}

func withPassword(u *team.User) { u.Password = "$argon2id$" }

func TestUsersAreKeptAndFoundByAddressWhateverItsCase(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		u := hire(t, s, "Ana@Example.com", team.RoleCSM, func(u *team.User) { u.OwnBook, u.CSMNames, u.Language = true, []string{"A.P."}, "ro" })
		for _, name := range []string{u.ID, "ana@example.com", " ANA@EXAMPLE.COM"} {
			if got := must(s.UserFind(ctx, name))(t); fmt.Sprint(got) != fmt.Sprint(u) {
				t.Errorf("%s: %+v, want %+v", name, got, u)
			}
		}
		for _, name := range []string{"", "other", "ana@example.org", "a\x00b"} {
			_, err := s.UserFind(ctx, name)
			wantKind(t, err, fault.NotFound)
		}
		again := u
		again.ID = "0000000000000000"
		wantKind(t, s.UserAdd(ctx, again), fault.Conflict)
		must(s.UserChange(ctx, u.ID, func(u *team.User) error { u.Ended = noon; return nil }))(t)
		if err := s.UserAdd(ctx, again); err != nil {
			t.Errorf("after the other has ended: %v", err)
		}
		if got := must(s.UserFind(ctx, "ana@example.com"))(t); got.ID != again.ID {
			t.Error("the one who has ended is found before the active one")
		}
		_, err := s.UserChange(ctx, u.ID, func(u *team.User) error { u.Ended = time.Time{}; return nil })
		wantKind(t, err, fault.Conflict)
		_, err = s.UserChange(ctx, "none", func(*team.User) error { return nil })
		wantKind(t, err, fault.NotFound)
	})
}

func TestOfTwoWhoSetUpOneBecomesTheAdmin(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		var made atomic.Int32
		var all sync.WaitGroup
		for i := range 6 {
			u, err := team.NewUser(fmt.Sprintf("ana%d@example.com", i), "Ana", team.RoleAdmin, rand.Reader, noon)
			if err != nil {
				t.Fatal(err)
			}
			u.Password = "x"
			all.Go(func() {
				switch err := s.UserFirst(context.Background(), u); {
				case err == nil:
					made.Add(1)
				case fault.KindOf(err) != fault.Conflict:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if made.Load() != 1 {
			t.Errorf("%d admins", made.Load())
		}
	})
}

func TestAnAdminWhoCanSignInIsAlwaysLeft(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		one, two := hire(t, s, "one@example.com", team.RoleAdmin, withPassword), hire(t, s, "two@example.com", team.RoleAdmin, withPassword)
		hire(t, s, "invited@example.com", team.RoleAdmin)
		var left atomic.Int32
		var all sync.WaitGroup
		for _, u := range []team.User{one, two} { // both at once: each would be allowed alone
			all.Go(func() {
				if _, err := s.UserChange(ctx, u.ID, func(u *team.User) error { u.Role = team.RoleViewer; return nil }); err != nil {
					wantKind(t, err, fault.Conflict)
					left.Add(1)
				}
			})
		}
		all.Wait()
		if left.Load() != 1 || !must(s.UsersJoined(ctx))(t) {
			t.Errorf("%d were kept", left.Load())
		}
	})
}

func TestTheSessionsOfAUserEndWithPasswordAndUser(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		hire(t, s, "boss@example.com", team.RoleAdmin, withPassword)
		u, other := hire(t, s, "ana@example.com", team.RoleCSM, withPassword), hire(t, s, "dan@example.com", team.RoleCSM, withPassword)
		begin := func(u team.User) team.Session {
			t.Helper()
			_, one, err := team.NewUserSession(u, rand.Reader, noon)
			if err != nil {
				t.Fatal(err)
			}
			one.Device, one.Address = "Firefox · Linux", "203.0.113.7"
			if err := s.SessionAdd(ctx, one); err != nil {
				t.Fatal(err)
			}
			return one
		}
		ticket := func() team.Hash {
			t.Helper()
			_, one, err := team.NewTicket(team.ForPassword, u.ID, "", time.Hour, rand.Reader, noon)
			if err == nil {
				err = s.TicketAdd(ctx, one, noon)
			}
			if err != nil {
				t.Fatal(err)
			}
			return one.Hash
		}
		his := begin(other)
		for what, do := range map[string]func() error{
			"a password": func() error {
				_, err := s.UserChange(ctx, u.ID, func(u *team.User) error { u.Password += "x"; return nil })
				return err
			},
			"lost devices": func() error { return s.UserForget(ctx, u.ID) },
			"the end": func() error {
				_, err := s.UserChange(ctx, u.ID, func(u *team.User) error { u.Ended = noon; return nil })
				return err
			},
		} {
			if _, err := s.UserChange(ctx, u.ID, func(u *team.User) error { u.Ended = time.Time{}; return nil }); err != nil {
				t.Fatal(err)
			}
			hers, link := begin(u), ticket()
			if got, err := s.SessionGet(ctx, hers.Hash, noon); err != nil || got.User == nil || got.Device != hers.Device || got.Address != hers.Address {
				t.Fatalf("%+v %v", got, err)
			}
			if err := do(); err != nil {
				t.Fatal(err)
			}
			_, err := s.SessionGet(ctx, hers.Hash, noon)
			wantKind(t, err, fault.NotFound)
			if _, err := s.TicketTake(ctx, link, team.ForPassword, noon); err == nil {
				t.Errorf("%s leaves an open link", what)
			}
		}
		if _, err := s.SessionGet(ctx, his.Hash, noon); err != nil {
			t.Errorf("another's session ended too: %v", err)
		}
		if _, err := s.SessionGet(ctx, his.Hash, noon.Add(team.UserIdle)); err == nil {
			t.Error("a session that nobody used for days goes on")
		}
		for at := noon; at.Before(noon.Add(team.UserLife)); at = at.Add(team.UserIdle - time.Hour) {
			if _, err := s.SessionGet(ctx, his.Hash, at); err != nil {
				t.Fatalf("%v: %v", at, err)
			}
		}
		if _, err := s.SessionGet(ctx, his.Hash, noon.Add(team.UserLife)); err == nil {
			t.Error("a session without end")
		}
		if got := must(s.UserFind(ctx, other.ID))(t); got.LastSeen.Before(noon.Add(20 * 24 * time.Hour)) {
			t.Errorf("last seen %v", got.LastSeen)
		}
	})
}

func TestATicketIsTakenOnceForItsPurposeInItsTime(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		_, one, err := team.NewTicket(team.ForPassword, "ana", `{"next":"/"}`, time.Hour, rand.Reader, noon)
		if err == nil {
			err = s.TicketAdd(ctx, one, noon)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.TicketTake(ctx, one.Hash, team.ForSecond, noon); fault.KindOf(err) != fault.NotFound || err == nil {
			t.Errorf("for something else: %v", err)
		}
		if _, err := s.TicketGet(ctx, one.Hash, team.ForPassword, noon.Add(time.Hour)); fault.KindOf(err) != fault.NotFound || err == nil {
			t.Errorf("too late: %v", err)
		}
		if got := must(s.TicketGet(ctx, one.Hash, team.ForPassword, noon))(t); got != one {
			t.Errorf("%+v, want %+v", got, one)
		}
		var took atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := s.TicketTake(ctx, one.Hash, team.ForPassword, noon); err == nil {
					took.Add(1)
				}
			})
		}
		all.Wait()
		if took.Load() != 1 {
			t.Errorf("taken %d times", took.Load())
		}
	})
}

func TestACodeIsUsedOnceAlsoByTwoAtOnce(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		u := hire(t, s, "ana@example.com", team.RoleCSM, withPassword)
		_, hashes, err := team.NewRecoveryCodes(rand.Reader)
		if err == nil {
			err = s.UserSecond(ctx, u.ID, "SECRET", 5, hashes)
		}
		if err != nil {
			t.Fatal(err)
		}
		var codes, recoveries atomic.Int32
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if s.TOTPUse(ctx, u.ID, 6) == nil {
					codes.Add(1)
				}
				if s.RecoveryUse(ctx, u.ID, hashes[0]) == nil {
					recoveries.Add(1)
				}
			})
		}
		all.Wait()
		if codes.Load() != 1 || recoveries.Load() != 1 {
			t.Errorf("a code %d times, a recovery code %d times", codes.Load(), recoveries.Load())
		}
		wantKind(t, s.TOTPUse(ctx, u.ID, 5), fault.Conflict)
		wantKind(t, s.RecoveryUse(ctx, "other", hashes[1]), fault.NotFound)
		if err := s.UserSecond(ctx, u.ID, "", 0, nil); err != nil || must(s.RecoveryLeft(ctx, u.ID))(t) != 0 {
			t.Errorf("codes outlive the app: %v", err)
		}
	})
}

func TestPasskeysAndIdentitiesBelongToOneUser(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		u, other := hire(t, s, "ana@example.com", team.RoleCSM), hire(t, s, "dan@example.com", team.RoleCSM)
		k := team.Passkey{ID: []byte{1, 2}, UserID: u.ID, Name: "phone", Credential: "{}", Created: noon}
		if err := s.PasskeyAdd(ctx, k); err != nil {
			t.Fatal(err)
		}
		k.UserID = other.ID
		wantKind(t, s.PasskeyAdd(ctx, k), fault.Conflict)
		wantKind(t, s.PasskeyRemove(ctx, other.ID, k.ID), fault.NotFound)
		wantKind(t, s.PasskeyRemove(ctx, u.ID, k.ID), fault.Conflict) // the only way in
		if err := s.PasskeyUsed(ctx, k.ID, `{"n":1}`, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if all := must(s.Passkeys(ctx, u.ID))(t); len(all) != 1 || all[0].Credential != `{"n":1}` || !all[0].LastUsed.Equal(noon.Add(time.Hour)) {
			t.Errorf("%+v", all)
		}
		if err := s.IdentityAdd(ctx, "https://issuer", "1", u.ID, noon); err != nil {
			t.Fatal(err)
		}
		if got := must(s.IdentityUser(ctx, "https://issuer", "1"))(t); got.ID != u.ID || got.Identities != 1 || got.Passkeys != 1 || !got.Joined() {
			t.Errorf("%+v", got)
		}
		_, err := s.IdentityUser(ctx, "https://other", "1")
		wantKind(t, err, fault.NotFound)
		wantKind(t, s.IdentityAdd(ctx, "https://issuer", "2", u.ID, noon), fault.Conflict)
		if err := s.PasskeyRemove(ctx, u.ID, k.ID); err != nil {
			t.Errorf("with another way in: %v", err)
		}
	})
}

func TestAChangeIsWrittenDownInItsOwnTransactionOrNotAtAll(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		under := func(action string) (context.Context, *team.Change) {
			c := &team.Change{When: noon, Who: team.Principal{Kind: team.ByUser, ID: "1", Name: "Ana\x00"}, From: "203.0.113.7", Door: team.DoorWeb, Action: action}
			return team.WithChange(ctx, c), c
		}
		trail := func(f team.ChangeFilter) []team.Change {
			t.Helper()
			f.Limit = 100
			page, _, err := s.AuditPage(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			return page
		}
		u, err := team.NewUser("ana@example.com", "Ana", team.RoleCSM, rand.Reader, noon)
		if err != nil {
			t.Fatal(err)
		}
		u.Password = "$argon2id$secret"
		in, c := under("add-user")
		if err := s.UserAdd(in, u); err != nil || !c.Kept() {
			t.Fatal(err)
		}
		if err := s.SettingPut(in, "another", 1); err != nil { // the same change: one line
			t.Fatal(err)
		}
		in, c = under("add-user-twice")
		if err := s.UserAdd(in, u); err == nil || c.Kept() {
			t.Error("what failed is written down")
		}
		in, _ = under("change_user")
		must(s.UserChange(in, u.ID, func(u *team.User) error { u.Role, u.Password = team.RoleManager, "$argon2id$other"; return nil }))(t)
		got := trail(team.ChangeFilter{})
		if len(got) != 2 {
			t.Fatalf("%d lines", len(got))
		}
		for _, c := range got {
			raw, _ := json.Marshal(c)
			if strings.Contains(string(raw), "argon2id") {
				t.Errorf("a secret in %s", raw)
			}
			if !c.When.Equal(noon) || c.Who.ID != "1" || c.From != "203.0.113.7" || c.Subject != "ana@example.com" {
				t.Errorf("%+v", c)
			}
		}
		for _, c := range []struct {
			f    team.ChangeFilter
			want int
		}{{team.ChangeFilter{Who: "ANA"}, 2}, {team.ChangeFilter{Who: "1"}, 2}, {team.ChangeFilter{Who: "dan"}, 0}, {team.ChangeFilter{Action: "add"}, 1}, {team.ChangeFilter{Action: "change_"}, 1}, {team.ChangeFilter{Action: "%"}, 0},
			{team.ChangeFilter{Subject: "EXAMPLE"}, 2}, {team.ChangeFilter{From: noon}, 2}, {team.ChangeFilter{From: noon.Add(1e6)}, 0}, {team.ChangeFilter{To: noon}, 0}, {team.ChangeFilter{To: noon.Add(1e6)}, 2}} {
			if got := trail(c.f); len(got) != c.want {
				t.Errorf("%+v: %d lines", c.f, len(got))
			}
		}
	})
}

func TestTheAuditTrailIsPagedWithoutGapsAndNeverAltered(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for i := range 25 {
			if err := s.AuditAdd(ctx, &team.Change{When: noon.Add(time.Duration(i/4) * time.Second), Action: fmt.Sprint("act", i), Door: team.DoorAPI}); err != nil {
				t.Fatal(err)
			}
		}
		seen := map[string]bool{}
		for cursor := ""; ; {
			page, next, err := s.AuditPage(ctx, team.ChangeFilter{Limit: 7, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page {
				if seen[c.Action] {
					t.Errorf("%s twice", c.Action)
				}
				seen[c.Action] = true
			}
			if cursor = next; next == "" {
				break
			}
		}
		if len(seen) != 25 {
			t.Errorf("%d of 25", len(seen))
		}
		_, _, err := s.AuditPage(ctx, team.ChangeFilter{Limit: 7, Cursor: "nonsense"})
		wantKind(t, err, fault.Invalid)
		for name, text := range s.blocks {
			if text = strings.ToLower(text); strings.Contains(text, "update audit") || strings.Contains(text, "delete from audit") {
				t.Errorf("%s alters the audit trail", name)
			}
		}
	})
}

func TestAStepThatCameLaterWithASmallerNumberIsApplied(t *testing.T) {
	for e, at := range addresses(t) {
		t.Run(string(e), func(t *testing.T) {
			old := reopen(t, at)
			for _, undo := range []string{"delete from migration where version = 5", "alter table quarantine drop column envelope"} {
				if _, err := old.write.ExecContext(t.Context(), undo); err != nil {
					t.Fatal(err)
				}
			}
			s := reopen(t, at)
			if _, err := s.read.ExecContext(t.Context(), "select envelope from quarantine"); err != nil {
				t.Error(err)
			}
			if done := must(s.applied(t.Context()))(t); len(done) != len(migrations) {
				t.Errorf("applied %v", done)
			}
		})
	}
}
