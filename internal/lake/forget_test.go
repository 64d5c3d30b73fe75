package lake

import (
	"slices"
	"testing"

	"github.com/keepwell/keepwell/internal/fact"
)

// from is a fact of another source.
func from(source string, f *fact.Fact) *fact.Fact {
	f.Source = source
	return f
}

func TestWhatASourceSaidIsForgottenAsIfItHadNeverBeenSaid(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		for i, f := range []*fact.Fact{
			from("sample", made(t, fact.Accounts, "s1", 0, "account_id", "ghost", "name", "Ghost")),
			from("sample", made(t, fact.Memberships, "s2", 0, "account_id", "ghost", "user_id", "bob")),
			from("sample", made(t, fact.Links, "s3", 0, "action", "identify", "user_id", "bob", "anonymous_id", "w")),
			from("sample", made(t, fact.Events, "s4", 1, "anonymous_id", "w", "name", "haunt")),
			from("team", made(t, fact.Accounts, "t1", 2, "account_id", "ghost", "csm", "Ana")),
			from("team", made(t, fact.Accounts, "t2", 2, "account_id", "acme", "csm", "Ana")),
			from("team", made(t, fact.Relevances, "t3", 2, "pair", "nps churn", "measure", "nps", "outcome", "churn", "verdict", "unclear")),
			from("sample", made(t, fact.Memberships, "s5", 3, "account_id", "acme", "user_id", "ann")), // a sample may name what is real
			made(t, fact.Events, "r1", 4, "user_id", "ann", "name", "open"),
			made(t, fact.Events, "r2", 5, "user_id", "ann", "name", "open", "account_id", "acme"),
		} {
			must(t, l.Load(ctx, []*fact.Fact{f}, uint64(i+1)))
			if i == 4 {
				must(t, l.Merge(ctx))
			}
		}
		named, shared, err := l.AccountsOf(ctx, "sample", "team")
		must(t, err)
		if len(named) != 2 || !named["ghost"] || !named["acme"] || len(shared) != 1 || !shared["acme"] {
			t.Fatalf("the sample names %v, others also %v", named, shared)
		}
		for range 2 { // an interrupted one is done again
			must(t, l.Forget(ctx, "sample", "team", []string{"ghost"}))
			wantLines(t, answer(t, l, "select account_id from account_keys"), "acme")
			wantLines(t, answer(t, l, "select coalesce(user_id, anonymous_id) from actor_keys"), "ann")
			wantLines(t, answer(t, l, "select name from source_keys order by name"), "team", "test")
			wantLines(t, answer(t, l, "select csm from fact_accounts"), "Ana")
			wantLines(t, answer(t, l, "select pair from fact_relevances")) // it was learned from the sample too
			// Who joined by the sample's word only did not.
			wantLines(t, answer(t, l, "select account <> 0 from fact_events order by seq"), "false", "true")
			wantLines(t, answer(t, l, "select name, n from account_day_event"), "open|1", "open|1")
			sound(t, l)
		}
		must(t, l.Load(ctx, []*fact.Fact{made(t, fact.Events, "r3", 6, "user_id", "cid", "name", "open", "account_id", "brix")}, 99))
		wantLines(t, answer(t, l, "select k.account_id, a.user_id from fact_events f join account_keys k on k.account = f.account join actor_keys a on a.actor = f.actor order by f.seq"), "acme|ann", "brix|cid")
		sound(t, l)
	})
}

func sound(t *testing.T, l *Lake) {
	t.Helper()
	problems, err := l.Check(ctx, nil)
	must(t, err)
	if len(problems) > 0 {
		t.Fatalf("a recount differs: %v", slices.Clone(problems))
	}
}
