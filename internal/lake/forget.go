package lake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// AccountsOf are the accounts that facts of a source name, and those of them that facts of others name too, but for facts of
// the sources besides.
func (l *Lake) AccountsOf(ctx context.Context, source string, besides ...string) (named, shared map[string]bool, err error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	defer v.Close()
	known := map[string]int32{}
	var name string
	var n int32
	if err := each(ctx, v.conn, "select name, source from source_keys", func() { known[name] = n }, &name, &n); err != nil {
		return nil, nil, l.engine.Fault(err)
	}
	own, ok := known[source]
	if !ok {
		return nil, nil, nil
	}
	named, shared = map[string]bool{}, map[string]bool{}
	var parts []string
	for _, k := range fact.Kinds() {
		parts = append(parts, "select account_raw as account, origin from "+tableOf(k)+" where account_raw <> 0")
	}
	var origin int32
	err = each(ctx, v.conn, "select distinct k.account_id, f.origin from ("+strings.Join(parts, " union ")+") f join account_keys k on k.account = f.account", func() {
		switch {
		case origin == own:
			named[name] = true
		case !slices.ContainsFunc(besides, func(other string) bool { n, ok := known[other]; return ok && n == origin }):
			shared[name] = true
		}
	}, &name, &origin)
	return named, shared, l.engine.Fault(err)
}

// Forget takes every fact of a source out of the lake, and what another source, about, says of some accounts or of none, which was
// found by looking at all; everything
// derived is made anew from what is left, and ids that no fact names any more are forgotten too. It is one transaction;
// loading waits for it.
func (l *Lake) Forget(ctx context.Context, source, about string, accounts []string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	w, err := l.writable(ctx)
	if err != nil {
		return err
	}
	l.stale = true
	return l.write(ctx, w, func() error {
		ids := make([]account.Account, 0, len(accounts))
		for _, id := range accounts {
			if n := l.keys.accounts.numbers[id]; n != 0 {
				ids = append(ids, n)
			}
		}
		origin := func(name string) int32 {
			if n, ok := l.keys.sources.numbers[name]; ok {
				return n
			}
			return -1 // of no fact
		}
		for _, k := range fact.Kinds() {
			gone := fmt.Sprintf("delete from %s where origin = %d or origin = %d and (account_raw = 0 or %s)", tableOf(k), origin(source), origin(about), among("account_raw", ids))
			if err := exec(ctx, w, gone); err != nil {
				return err
			}
		}
		if err := forgetKeys(ctx, w, source); err != nil {
			return err
		}
		return l.rebuild(ctx, w)
	})
}

// forgetKeys forgets the ids that no fact names.
func forgetKeys(ctx context.Context, w *sql.Conn, source string) error {
	var accounts, actors []string
	for _, k := range fact.Kinds() {
		accounts = append(accounts, "select account_raw as n from "+tableOf(k))
		actors = append(actors, "select actor as n from "+tableOf(k))
		if k.Has("anonymous_id") {
			actors = append(actors, "select visitor from "+tableOf(k))
		}
	}
	if _, err := w.ExecContext(ctx, "delete from source_keys where name = $1", source); err != nil {
		return err
	}
	return exec(ctx, w,
		"delete from account_keys where account not in (select n from ("+strings.Join(accounts, " union ")+") named)",
		"delete from actor_keys where actor not in (select n from ("+strings.Join(actors, " union ")+") named where n is not null)"+
			" and coalesce(user_id, anonymous_id) not in (select previous_id from fact_links where previous_id is not null)")
}
