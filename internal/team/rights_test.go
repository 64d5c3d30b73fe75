package team

import (
	"context"
	"strings"
	"testing"
)

// rightsTable is what each role may do, stated once more: o own, r read, w work, a arrange, s see what arrives (watch),
// m mend, i ingest, p people, k keys, t trail, A admin.
var rightsTable = map[Role]string{RoleAdmin: "orwasmipktA", RoleManager: "orwasmi", RoleCSM: "orwas", RoleSupport: "orwsm", RoleViewer: "ors", "": "", "root": ""}

var letters = map[Action]string{Own: "o", Read: "r", Work: "w", Arrange: "a", Watch: "s", Mend: "m", Ingest: "i", People: "p", Keyring: "k", Trail: "t", Admin: "A"}

func rightsOf(p Principal) string {
	got := ""
	for _, a := range Actions {
		if p.May(a) {
			got += letters[a]
		}
	}
	return got
}

func TestRolesMayWhatTheTableSays(t *testing.T) {
	if len(letters) != len(Actions) {
		t.Fatal("an action has no letter")
	}
	for role, want := range rightsTable {
		if got := rightsOf(Principal{Kind: ByUser, Role: role}); got != want {
			t.Errorf("%s may %s, want %s", role, got, want)
		}
	}
	for _, role := range Roles {
		got := rightsOf(Principal{Kind: ByUser, Role: role, Book: []string{"Ana"}})
		if strings.Trim(got, "orwa") != "" {
			t.Errorf("%s of an own book may %s: not all of it can be held to accounts", role, got)
		}
	}
	for scope, want := range map[Scope]string{Ingest: "i", Read: "rs", Admin: "orwasmipktA", "": "", "root": "", Mend: ""} {
		for _, kind := range []Kind{ByKey, BySetup, ByLocal} {
			if got := rightsOf(Principal{Kind: kind, Scope: scope}); got != want {
				t.Errorf("%s with %q may %s, want %s", kind, scope, got, want)
			}
		}
	}
	for _, nobody := range []Principal{{}, {Role: RoleAdmin, Scope: Admin}, {Kind: ByUser, Scope: Admin}, {Kind: ByKey, Role: RoleAdmin}, PrincipalOf(context.Background())} {
		if got := rightsOf(nobody); got != "" {
			t.Errorf("%+v may %s", nobody, got)
		}
	}
	if (Principal{Kind: ByUser, Role: RoleAdmin}).May("") || (Principal{Kind: ByKey, Scope: Admin}).May("anything") {
		t.Error("what is no action is allowed")
	}
}

func TestAnOwnBookNarrowsWhateverIsAsked(t *testing.T) {
	all, own := Principal{Kind: ByUser}, User{Name: "Ana", Email: "ana@x.org", OwnBook: true, CSMNames: []string{`A "P" \`}}.Principal()
	for ask, want := range map[string]string{"": `csm in ("Ana", "ana@x.org", "A \"P\" \\")`, " ": `csm in ("Ana", "ana@x.org", "A \"P\" \\")`,
		"plan = pro or size = 1": `csm in ("Ana", "ana@x.org", "A \"P\" \\") and (plan = pro or size = 1)`} {
		if got := own.Within(ask); got != want {
			t.Errorf("%q becomes %s", ask, got)
		}
		if got := all.Within(ask); got != ask {
			t.Errorf("%q becomes %s for who sees all", ask, got)
		}
	}
	if !all.Mine("") || !all.Mine("Dan") || own.Mine("") || own.Mine("Dan") || own.Mine("ana") || !own.Mine("Ana") {
		t.Error("whose accounts are whose")
	}
	if got := (Principal{Book: []string{}}).Segment(); got == "" {
		t.Error("an empty book sees everything")
	}
}
