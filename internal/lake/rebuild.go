package lake

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// Rebuild computes everything derived anew from the facts: who is who, the account of every fact, days and rollups. It
// is one transaction; loading waits for it, reading does not.
func (l *Lake) Rebuild(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	w, err := l.writable(ctx)
	if err != nil {
		return err
	}
	l.stale = true
	return l.write(ctx, w, func() error { return l.rebuild(ctx, w) })
}

func (l *Lake) rebuild(ctx context.Context, w *sql.Conn) error {
	links, memberships, err := readWho(ctx, w, nil)
	if err != nil {
		return err
	}
	if err := exec(ctx, w, "delete from persons", "delete from account_spans"); err != nil {
		return err
	}
	if err := l.writeWho(ctx, w, account.NewDirectory().Apply(links, memberships), "persons", "account_spans"); err != nil {
		return err
	}
	for _, k := range fact.Kinds() {
		if err := l.moveFacts(ctx, w, k, "", false); err != nil {
			return err
		}
		day, err := l.dayOf(ctx, w, k)
		if err != nil {
			return err
		}
		if day == "" {
			continue
		}
		if err := exec(ctx, w, fmt.Sprintf("update %s set day = %s where day <> %s", tableOf(k), day, day)); err != nil {
			return err
		}
	}
	return l.refill(ctx, w)
}
