package lake

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/keepwell/keepwell/internal/account"
)

// remember reads everything the loader must know by heart.
func (l *Lake) remember(ctx context.Context, w *sql.Conn) error {
	meta, err := readMeta(ctx, w)
	if err != nil {
		return err
	}
	m := memory{who: account.NewDirectory()}
	if m.cursor, err = strconv.ParseUint(meta["cursor"], 10, 64); err != nil {
		return fmt.Errorf("the lake's cursor is damaged: %w", err)
	}
	if m.nextSeq, err = strconv.ParseInt(meta["next_seq"], 10, 64); err != nil {
		return fmt.Errorf("the lake's next number is damaged: %w", err)
	}
	if m.mark, err = strconv.ParseInt(meta["mark"], 10, 64); err != nil {
		return fmt.Errorf("the lake's rollup mark is damaged: %w", err)
	}
	m.analyzed = m.nextSeq
	for _, k := range rolledUp {
		n := 0
		if err := w.QueryRowContext(ctx, fmt.Sprint("select count(*) from ", tableOf(k), " where seq > ", m.mark)).Scan(&n); err != nil {
			return err
		}
		m.pending += n
	}
	if m.keys, err = loadKeys(ctx, w); err != nil {
		return err
	}
	links, memberships, err := readWho(ctx, w, nil)
	if err != nil {
		return err
	}
	m.who.Apply(links, memberships)
	l.memory = m
	return nil
}

func readMeta(ctx context.Context, conn *sql.Conn) (map[string]string, error) {
	meta := map[string]string{}
	var key, value string
	err := each(ctx, conn, "select key, value from lake_meta", func() { meta[key] = value }, &key, &value)
	return meta, err
}

func (l *Lake) saveMeta(ctx context.Context, w *sql.Conn, values map[string]string) error {
	for key, value := range values {
		if _, err := w.ExecContext(ctx, "update lake_meta set value = $1 where key = $2", value, key); err != nil {
			return err
		}
	}
	return nil
}
